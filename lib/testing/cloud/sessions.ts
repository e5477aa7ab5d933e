import type { SecondSession } from './options.js';
import { type SessionLink, openSession, type Session, type SessionOptions } from './session.js';
import type { Peer } from './peer.js';

export interface Sessions {
  /** Those that are open. */
  readonly open: ReadonlySet<Session>;
  /** Returns true if this unit may open a session now. */
  readonly admits: (peer: Peer) => boolean;
  readonly accept: (link: SessionLink) => void;
  /** Settles when those that are open are over. */
  closed(): Promise<void>;
}

export const createSessions = (secondSession: SecondSession, options: SessionOptions): Sessions => {
  const open = new Set<Session>();
  let last = 0;
  const openOf = ({ commonName }: Peer) =>
    [...open].filter((session) => session.commonName === commonName && session.isOpen());
  return {
    open,
    admits: (peer) => secondSession !== 'refuse' || openOf(peer).length === 0,
    accept: (link) => {
      const earlier = secondSession === 'replace' ? openOf(link.peer) : [];
      const session = openSession(++last, link, options);
      open.add(session);
      void session.closed.then(() => open.delete(session));
      for (const one of earlier) one.close(1008, 'the unit has another session');
    },
    closed: async () => {
      await Promise.all([...open].map((session) => session.closed));
    },
  };
};
