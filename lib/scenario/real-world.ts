import { mkdtemp, rm } from 'node:fs/promises';
import { type AddressInfo, createServer, type Server, type Socket } from 'node:net';
import { once } from 'node:events';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { asyncScheduler, BehaviorSubject } from 'rxjs';
import { fileKeystore } from '../certificates/file-keystore.js';
import type { Credentials } from '../transport/types.js';
import { startCloud } from '../testing/cloud/start-cloud.js';
import type { Scenario } from './scenario.js';
import type { ScenarioWorld } from './world.js';

/** No label of a name may be longer than 63, so no resolver goes looking for this one. */
const unknownName = `wss://${'x'.repeat(64)}.invalid/ws/v7/`;
/** Nothing listens on the first port of all. */
const refusing = 'wss://127.0.0.1:1/ws/v7/';

/** The cloud on loopback, and real time. */
export const realWorld = async ({ cloudOptions = {}, options = {} }: Scenario): Promise<ScenarioWorld> => {
  const cloud = await startCloud({ pingInterval: 0, ...cloudOptions });
  const strange = await listen((socket) => {
    socket.once('data', () => socket.end('this is no TLS\r\n'));
  });
  const mute = await listen(() => undefined);
  const credentials$ = new BehaviorSubject<Credentials>(cloud.credentials);
  const directory = options.keystore === true ? await mkdtemp(join(tmpdir(), 'unitlink-')) : undefined;
  const urls = {
    proper: cloud.url,
    refusing,
    'unknown-name': unknownName,
    'no-tls': strange.url,
    'black-hole': mute.url,
  };

  return {
    cloud,
    unitOptions: {
      credentials: credentials$,
      ...(directory !== undefined && { keystore: fileKeystore(join(directory, 'keys')) }),
    },
    renewCredentials: async () => {
      credentials$.next(await cloud.issueCredentials());
    },
    scheduler: asyncScheduler,
    urlOf: (kind) => urls[kind],
    during: (work) => work,
    end: async () => {
      await Promise.all([cloud.stop(), strange.close(), mute.close()]);
      if (directory !== undefined) await rm(directory, { recursive: true, force: true, maxRetries: 5 });
    },
  };
};

interface StrangeServer {
  readonly url: string;
  readonly close: () => Promise<void>;
}

/** A server on loopback that is no endpoint. */
const listen = async (onConnection: (socket: Socket) => void): Promise<StrangeServer> => {
  const sockets = new Set<Socket>();
  const server: Server = createServer((socket) => {
    sockets.add(socket);
    socket.on('error', () => undefined).once('close', () => sockets.delete(socket));
    onConnection(socket);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    url: `wss://127.0.0.1:${(server.address() as AddressInfo).port}/ws/v7/`,
    close: async () => {
      const closed = once(server, 'close');
      server.close();
      for (const socket of sockets) socket.destroy();
      await closed;
    },
  };
};
