import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import type { Duplex } from 'node:stream';
import type { DashboardServer } from './dashboard-server.js';
import { answerNotFound, pathOf } from './http.js';
import { createListener, type Listener } from './listener.js';
import type { DashboardServerOptions } from './options.js';
import type { ServerSettings } from './settings.js';
import { urlHost } from './url-host.js';

type Handle = (request: IncomingMessage, response: ServerResponse) => boolean;
type Upgrade = (request: IncomingMessage, stream: Duplex, head: Buffer) => void;

/** The port of a server of dashboards: one of its own, or that of a server of the app. */
export interface Site {
  readonly listener: Listener;
  /** Handles requests and upgrades from now on; `admit` calls each handling, now or later. */
  readonly serve: (handle: Handle, upgrade: Upgrade, admit: (act: () => void) => void) => void;
  /** Settles once connections are accepted. */
  readonly open: () => Promise<void>;
  /** Accepts no further pages. */
  readonly refuse: () => Promise<void>;
  /** Settles when the port is free; at once on that of an app, which stays. */
  readonly shut: () => Promise<void>;
  readonly addresses: () => Pick<DashboardServer, 'url' | 'origin' | 'port'>;
}

/** Returns the place where the options say that pages connect. */
export const createSite = (options: DashboardServerOptions, settings: ServerSettings): Site =>
  options.server === undefined ? ownSite(options, settings) : sharedSite(options.server, settings);

const addressesOf = (secure: boolean, host: string, port: number, path: string) => {
  const address = `${urlHost(host)}:${port}`;
  return {
    url: `${secure ? 'wss' : 'ws'}://${address}${path}`,
    origin: `${secure ? 'https' : 'http'}://${address}`,
    port,
  };
};

const ownSite = (options: DashboardServerOptions, { path }: ServerSettings): Site => {
  const { port = 0, host = '127.0.0.1', tls, onRequest = answerNotFound } = options;
  const httpServer = tls === undefined ? createServer() : createTlsServer({ ...tls });
  const listener = createListener(httpServer, port, host);
  return {
    listener,
    serve: (handle, upgrade, admit) => {
      httpServer
        .on('request', (request, response) => {
          admit(() => {
            if (!handle(request, response)) onRequest(request, response);
          });
        })
        .on('upgrade', (request, stream, head) => {
          stream.on('error', () => undefined);
          admit(() => {
            upgrade(request, stream, head);
          });
        });
    },
    open: listener.open,
    refuse: listener.refuse,
    shut: listener.shut,
    addresses: () => addressesOf(tls !== undefined, host, listener.port(), path),
  };
};

/** The app has the server: only upgrades at the path are taken from it. */
const sharedSite = (httpServer: Server, { path }: ServerSettings): Site => {
  const listener = createListener(httpServer, 0, '127.0.0.1');
  let stopServing = (): void => undefined;
  const addressOf = (): AddressInfo => {
    const address = httpServer.address();
    return typeof address === 'object' && address !== null
      ? address
      : { address: '127.0.0.1', family: 'IPv4', port: 0 };
  };
  return {
    listener,
    serve: (_handle, upgrade, admit) => {
      const take = (request: IncomingMessage, stream: Duplex, head: Buffer): void => {
        // Others of the app may take what is for other paths; if there are none, nobody answers.
        if (pathOf(request) !== path && httpServer.listenerCount('upgrade') > 1) return;
        stream.on('error', () => undefined);
        admit(() => {
          upgrade(request, stream, head);
        });
      };
      httpServer.on('upgrade', take);
      stopServing = () => httpServer.off('upgrade', take);
    },
    open: () => Promise.resolve(),
    refuse: () => {
      stopServing();
      return Promise.resolve();
    },
    shut: () => Promise.resolve(),
    addresses: () => {
      const { address, port } = addressOf();
      return addressesOf('setSecureContext' in httpServer, address, port, path);
    },
  };
};
