import { once } from 'node:events';
import { createServer, type IncomingHttpHeaders } from 'node:http';
import type { AddressInfo } from 'node:net';

/** Options of a metrics server. */
export interface ServeMetricsOptions {
  /** 0 takes any free one. */
  readonly port: number;
  /** The address to listen on. Default `127.0.0.1`. */
  readonly host?: string;
  readonly contentType: string;
  /** Asked at each request. */
  readonly text: () => string;
  /** The state for health checks, asked at each request; `ready` is the answer of `/readyz`. */
  readonly health?: (() => Health) | undefined;
  /** The document at `/status`, asked at each request. */
  readonly status?: (() => object) | undefined;
}

/** The answer to a health check. */
export interface Health {
  readonly state: string;
  readonly ready: boolean;
}

/** A server of `/metrics`. */
export interface MetricsServer extends AsyncDisposable {
  readonly url: string;
}

/**
 * Serves a text at `/metrics` over plain HTTP, as Prometheus scrapes it, and with `health` the checks `/healthz`, which is 200
 * as long as the process answers, and `/readyz`, which is 503 until it is ready. With `status` there is a JSON document at
 * `/status`; it is kept from pages of browsers, which could reach it by a name of their own for this machine. Rejects where the
 * port cannot be had.
 */
export const serveMetrics = async ({
  port,
  host = '127.0.0.1',
  contentType,
  text,
  health,
  status,
}: ServeMetricsOptions): Promise<MetricsServer> => {
  const checked = (isWell: (found: Health) => boolean) =>
    health && ((): Answer => json({ state: health().state }, isWell(health()) ? 200 : 503));
  const answers = new Map<string, ((headers: IncomingHttpHeaders) => Answer) | undefined>([
    ['/metrics', () => ({ code: 200, contentType, body: text() })],
    ['/healthz', checked(() => true)],
    ['/readyz', checked(({ ready }) => ready)],
    ['/status', status && (({ host: name }) => (isOfThisMachine(name) ? json(status()) : foreign))],
  ]);
  const server = createServer(({ url = '', method = '', headers }, response) => {
    const answer = answers.get(url.split('?', 1)[0] ?? '');
    if (answer === undefined) response.writeHead(404).end('see /metrics\n');
    else if (method !== 'GET' && method !== 'HEAD') response.writeHead(405, { allow: 'GET, HEAD' }).end();
    else {
      const { code, contentType: type, body } = answer(headers);
      response.writeHead(code, { 'content-type': type, 'cache-control': 'no-store' }).end(body);
    }
  }).listen(port, host);
  await once(server, 'listening');
  const { port: taken } = server.address() as AddressInfo;
  return {
    url: `http://${host.includes(':') ? `[${host}]` : host}:${taken}/metrics`,
    [Symbol.asyncDispose]: async () => {
      const closed = once(server, 'close');
      server.close();
      server.closeAllConnections();
      await closed;
    },
  };
};

interface Answer {
  readonly code: number;
  readonly contentType: string;
  readonly body: string;
}

const json = (value: object, code = 200): Answer => ({
  code,
  contentType: 'application/json',
  body: `${JSON.stringify(value)}\n`,
});

const foreign: Answer = { code: 403, contentType: 'text/plain', body: 'ask for it by an IP address or as localhost\n' };

/** True if the name by which it was asked for is an address, or localhost: a page can make any other name lead here. */
const isOfThisMachine = (name = ''): boolean => /^(?:localhost|[\d.]+|\[[\da-f:.]+\])(?::\d+)?$/i.test(name);
