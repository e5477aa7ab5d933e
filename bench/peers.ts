import { fork, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import type { Credentials } from 'unitlink';
import { createAuthority, type Authority } from 'unitlink/testing';
import type { Target } from './contenders/contender.js';
import type { Name } from './contenders/names.js';
import type { Ports } from './peer/listen.js';
import type { PeerKind, PeerOrder } from './peer/main.js';

/** The other sides of the contenders, each in its own process. */
export interface Peers {
  readonly target: (name: Name, mode: Mode) => Target;
  readonly credentials: Credentials;
  readonly stop: () => void;
}

export type Mode = 'tls' | 'plain';

const kinds: Readonly<Record<Name, PeerKind>> = {
  limit: 'acks',
  unitlink: 'acks',
  durable: 'acks',
  rxjs: 'acks',
  'socket.io': 'socket.io',
  mqtt: 'mqtt',
};

const startPeer = async (kind: PeerKind, authority: Authority) => {
  const child = fork(new URL('peer/main.js', import.meta.url));
  const server = await authority.issue({ commonName: 'bench', ipAddresses: ['127.0.0.1'], server: true });
  const order: PeerOrder = { kind, identity: { ...server, ca: authority.ca } };
  child.send(order);
  const [ports] = (await once(child, 'message')) as [Ports];
  return { child, ports };
};

/** Starts them and waits until they listen. */
export const startPeers = async (): Promise<Peers> => {
  const authority = await createAuthority();
  const { cert, key } = await authority.issue({ commonName: 'bench-unit-1' });
  const credentials: Credentials = { ca: authority.ca, cert, key };
  const peers = new Map<PeerKind, { readonly child: ChildProcess; readonly ports: Ports }>();
  await Promise.all(
    [...new Set(Object.values(kinds))].map(async (kind) => peers.set(kind, await startPeer(kind, authority))),
  );
  return {
    credentials,
    target: (name, mode) => {
      const host = `127.0.0.1:${peers.get(kinds[name])?.ports[mode] ?? 0}/`;
      const secure = mode === 'tls' ? 's' : '';
      return { url: `ws${secure}://${host}`, discoveryUrl: `http${secure}://${host}`, credentials };
    },
    stop: () => {
      for (const { child } of peers.values()) child.disconnect();
    },
  };
};
