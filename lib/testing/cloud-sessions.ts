import { type Link, openSession, type Session, type SessionOptions } from './cloud-session.js';

export interface Sessions {
  /** Those that are open. */
  readonly open: ReadonlySet<Session>;
  readonly accept: (link: Link) => void;
  /** Settles when those that are open are over. */
  closed(): Promise<void>;
}

export const createSessions = (options: SessionOptions): Sessions => {
  const open = new Set<Session>();
  let last = 0;
  return {
    open,
    accept: (link) => {
      const session = openSession(++last, link, options);
      open.add(session);
      void session.closed.then(() => open.delete(session));
    },
    closed: async () => {
      await Promise.all([...open].map((session) => session.closed));
    },
  };
};
