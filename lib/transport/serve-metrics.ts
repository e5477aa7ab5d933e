import { once } from 'node:events';
import { createServer } from 'node:http';
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
 * as long as the process answers, and `/readyz`, which is 503 until it is ready. Rejects where the port cannot be had.
 */
export const serveMetrics = async ({
  port,
  host = '127.0.0.1',
  contentType,
  text,
  health,
}: ServeMetricsOptions): Promise<MetricsServer> => {
  const server = createServer(({ url = '', method = '' }, response) => {
    const [path = ''] = url.split('?', 1);
    const isCheck = health !== undefined && (path === '/healthz' || path === '/readyz');
    if (path !== '/metrics' && !isCheck) response.writeHead(404).end('see /metrics\n');
    else if (method !== 'GET' && method !== 'HEAD') response.writeHead(405, { allow: 'GET, HEAD' }).end();
    else if (isCheck) {
      const { state, ready } = health();
      response.writeHead(path === '/healthz' || ready ? 200 : 503, { 'content-type': 'application/json' });
      response.end(`${JSON.stringify({ state })}\n`);
    } else response.writeHead(200, { 'content-type': contentType }).end(text());
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
