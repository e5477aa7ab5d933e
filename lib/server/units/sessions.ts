import { type SessionLink, type LinkedSession, openSession, type SessionOptions } from './session.js';
import type { Peer } from './peer.js';

/** The reaction of a server to a second session of one unit. */
export type SecondSession = 'allow' | 'refuse' | 'replace';

/** The sessions of a server of units. */
export interface Sessions {
  /** Those that are open. */
  readonly open: ReadonlySet<LinkedSession>;
  /** Returns true if this unit may open a session now. */
  readonly admits: (peer: Peer) => boolean;
  readonly accept: (link: SessionLink) => void;
  /** Settles when those that are open are over. */
  closed(): Promise<void>;
}

/** Dependencies of {@link createSessions}. */
export interface SessionsOptions extends SessionOptions {
  readonly secondSession: SecondSession;
  /** Called with each session that begins. */
  readonly opened?: (session: LinkedSession) => void;
}

/** Opens sessions, and knows those that are open. */
export const createSessions = (options: SessionsOptions): Sessions => {
  const { secondSession, opened } = options;
  const open = new Set<LinkedSession>();
  // Looking at all sessions for each that comes would cost more with each of them.
  const byName = new Map<string, Set<LinkedSession>>();
  let last = 0;
  const openOf = ({ commonName }: Peer) => [...(byName.get(commonName) ?? [])].filter((session) => session.isOpen());
  const add = (session: LinkedSession): void => {
    const { commonName } = session;
    const named = byName.get(commonName) ?? new Set();
    open.add(session);
    byName.set(commonName, named.add(session));
    void session.closed.then(() => {
      open.delete(session);
      named.delete(session);
      if (named.size === 0 && byName.get(commonName) === named) byName.delete(commonName);
    });
  };
  return {
    open,
    admits: (peer) => secondSession !== 'refuse' || openOf(peer).length === 0,
    accept: (link) => {
      const earlier = secondSession === 'replace' ? openOf(link.peer) : [];
      const session = openSession(++last, link, options);
      add(session);
      opened?.(session);
      for (const one of earlier) one.close(1008, 'the unit has another session');
    },
    closed: async () => {
      await Promise.all([...open].map((session) => session.closed));
    },
  };
};
