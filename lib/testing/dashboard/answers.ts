import { type IncomingMessage, STATUS_CODES, type ServerResponse } from 'node:http';
import type { Duplex } from 'node:stream';

export interface AnswersOptions {
  readonly isHealthy: () => boolean;
  readonly metrics: () => string;
  readonly onRequest: ((request: IncomingMessage, response: ServerResponse) => void) | undefined;
}

const say = (response: ServerResponse, status: number, text: string, type = 'text/plain; charset=utf-8'): void => {
  response.writeHead(status, { 'Content-Type': type, 'Cache-Control': 'no-store' }).end(text);
};

/** Answers what is no upgrade. */
export const answerRequests =
  ({ isHealthy, metrics, onRequest }: AnswersOptions) =>
  (request: IncomingMessage, response: ServerResponse): void => {
    const path = pathOf(request);
    if (path === '/healthz') say(response, isHealthy() ? 200 : 503, isHealthy() ? 'ok\n' : 'going away\n');
    else if (path === '/metrics') say(response, 200, metrics(), 'text/plain; version=0.0.4; charset=utf-8');
    else if (onRequest !== undefined) onRequest(request, response);
    else say(response, 404, 'not found\n');
  };

/** The path that is asked for, without its query. */
export const pathOf = ({ url = '/' }: IncomingMessage): string => url.replace(/\?.*/, '');

/** Answers an upgrade with a status and ends the connection. */
export const refuseUpgrade = (stream: Duplex, status: number): void => {
  stream
    .on('error', () => undefined)
    .once('finish', () => stream.destroy())
    .end(`HTTP/1.1 ${status} ${STATUS_CODES[status] ?? ''}\r\nConnection: close\r\nContent-Length: 0\r\n\r\n`);
};
