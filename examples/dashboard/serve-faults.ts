import type { IncomingMessage } from 'node:http';
import { pathOf, type Answer } from './serve-page.js';

/** Something that a person can break with a button. */
export interface Fault {
  readonly name: string;
  /** On the button. */
  readonly label: string;
  /** What it does, in a sentence. */
  readonly hint: string;
  /** `unit` is the one that the page shows. */
  readonly run: (unit: string | undefined) => unknown;
}

/** Only the page itself may break things: it is on this machine, and no other site can make a browser send this. */
const isOurs = ({ headers: { host = '', origin } }: IncomingMessage): boolean =>
  /^(localhost|127\.0\.0\.1|\[::1\])(:\d+)?$/.test(host) && (origin === undefined || origin === `http://${host}`);

/** `GET /faults` lists them, `POST /faults/<name>?unit=…` does one. */
export const serveFaults =
  (faults: readonly Fault[]): Answer =>
  (request, response) => {
    const path = pathOf(request);
    if (!/^\/faults(\/|$)/.test(path)) return false;
    const fault = faults.find(({ name }) => path === `/faults/${name}`);
    const unit = new URL(request.url ?? '/', 'http://localhost').searchParams.get('unit') ?? undefined;
    if (!isOurs(request)) response.writeHead(403).end();
    else if (path === '/faults' && request.method === 'GET')
      response.writeHead(200, { 'Content-Type': 'application/json' }).end(JSON.stringify(faults));
    else if (fault === undefined) response.writeHead(404).end();
    else if (request.method !== 'POST') response.writeHead(405, { Allow: 'POST' }).end();
    else
      Promise.resolve(fault.run(unit)).then(
        () => response.writeHead(204).end(),
        (error: unknown) => response.writeHead(500).end(String(error)),
      );
    return true;
  };
