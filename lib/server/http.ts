import { type IncomingMessage, STATUS_CODES, type ServerResponse } from 'node:http';
import type { Duplex } from 'node:stream';

/** Dependencies of {@link answerRequests}. */
export interface AnswersOptions {
  readonly isHealthy: () => boolean;
  readonly metrics: () => string;
  /** Called with the body of a post to `/reports`; throws if it cannot be read. */
  readonly report: (bytes: Uint8Array) => void;
}

/** Answers a request; returns false if it is left to others. */
type Answer = (request: IncomingMessage, response: ServerResponse) => boolean;

const respond = (response: ServerResponse, status: number, text: string, type = 'text/plain; charset=utf-8'): void => {
  response.writeHead(status, { 'Content-Type': type, 'Cache-Control': 'no-store' }).end(text);
};

/** Returns what answers the requests of load balancers, monitoring and pages; it returns false for all others. */
export const answerRequests = ({ isHealthy, metrics, report }: AnswersOptions): Answer => {
  const health = answerHealth(isHealthy);
  return (request, response) => {
    const path = pathOf(request);
    if (health(request, response)) return true;
    if (path === '/metrics') respond(response, 200, metrics(), 'text/plain; version=0.0.4; charset=utf-8');
    else if (path === '/reports' && request.method === 'POST') receive(request, response, report);
    else return false;
    return true;
  };
};

/** Returns what answers `/healthz`; it returns false for all other requests. */
export const answerHealth =
  (isHealthy: () => boolean): Answer =>
  (request, response) => {
    if (pathOf(request) !== '/healthz') return false;
    respond(response, isHealthy() ? 200 : 503, isHealthy() ? 'ok\n' : 'going away\n');
    return true;
  };

/** Answers with 404. */
export const answerNotFound = (_request: IncomingMessage, response: ServerResponse): void => {
  respond(response, 404, 'not found\n');
};

/** The largest report, in bytes. */
const maxReport = 16 * 1024;

/** Reads the body of a report. */
const receive = (request: IncomingMessage, response: ServerResponse, report: AnswersOptions['report']): void => {
  const chunks: Buffer[] = [];
  let length = 0;
  request
    .on('error', () => undefined)
    .on('data', (chunk: Buffer) => {
      length += chunk.length;
      if (length <= maxReport) chunks.push(chunk);
    })
    .on('end', () => {
      try {
        if (length > maxReport) throw new Error('too long');
        report(Buffer.concat(chunks));
        response.writeHead(204).end();
      } catch {
        respond(response, 400, 'not a report\n');
      }
    });
};

/** Returns the path of a request without its query. */
export const pathOf = ({ url = '/' }: IncomingMessage): string => url.replace(/\?.*/, '');

/** Answers an upgrade with a status and ends the connection. */
export const refuseUpgrade = (stream: Duplex, status: number): void => {
  stream
    .on('error', () => undefined)
    .once('finish', () => stream.destroy())
    .end(`HTTP/1.1 ${status} ${STATUS_CODES[status] ?? ''}\r\nConnection: close\r\nContent-Length: 0\r\n\r\n`);
};
