import { fork } from 'node:child_process';
import { once } from 'node:events';
import type { Credentials } from 'unitlink';
import { createAuthority, type Authority } from 'unitlink/testing';
import type { Target } from './contenders/contender.js';
import type { Name } from './contenders/names.js';
import type { Ports } from './peer/listen.js';
import type { PeerKind, PeerOrder } from './peer/main.js';

/** The other side of a contender, in a process of its own. */
export interface Peer {
  readonly target: Target;
  readonly stop: () => void;
}

/** Starts the other sides of the contenders. */
export interface Peers {
  /** Starts a fresh one and waits until it listens. */
  readonly start: (name: Name, mode: Mode) => Promise<Peer>;
}

export type Mode = 'tls' | 'plain';

const kinds: Readonly<Record<Name, PeerKind>> = {
  limit: 'acks',
  'limit again': 'acks',
  unitlink: 'acks',
  acknowledged: 'acks',
  onSettled: 'acks',
  durable: 'acks',
  rxjs: 'acks',
  'socket.io': 'socket.io',
  mqtt: 'mqtt',
  'mqtt tcp': 'mqtt tcp',
  nats: 'nats',
  poco: 'acks',
};

const startPeer = async (kind: PeerKind, authority: Authority) => {
  const child = fork(new URL('peer/main.js', import.meta.url));
  const server = await authority.issue({
    commonName: 'bench',
    ipAddresses: ['127.0.0.1'],
    dnsNames: ['localhost'],
    server: true,
  });
  const order: PeerOrder = { kind, identity: { ...server, ca: authority.ca } };
  child.send(order);
  const [ports] = (await once(child, 'message')) as [Ports];
  return { child, ports };
};

/** Makes what they show each other. */
export const newPeers = async (): Promise<Peers> => {
  const authority = await createAuthority();
  const { cert, key } = await authority.issue({ commonName: 'bench-unit-1' });
  const credentials: Credentials = { ca: authority.ca, cert, key };
  return {
    start: async (name, mode) => {
      const { child, ports } = await startPeer(kinds[name], authority);
      const host = `127.0.0.1:${ports[mode]}/`;
      const secure = mode === 'tls' ? 's' : '';
      return {
        target: { url: `ws${secure}://${host}`, discoveryUrl: `http${secure}://${host}`, credentials },
        stop: () => {
          child.disconnect();
        },
      };
    },
  };
};
