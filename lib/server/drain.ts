import type { Connection } from './connection.js';
import type { DrainOptions } from './options.js';
import { Timers } from './timers.js';

/** Sends the dashboards of one server elsewhere. */
export interface Draining {
  readonly isDraining: () => boolean;
  /** Sends a dashboard that has just come away again, unless it says that it was to avoid this server. */
  readonly greet: (connection: Connection) => void;
  readonly start: (options?: DrainOptions) => Promise<void>;
  readonly end: () => void;
}

interface Drain {
  readonly reason: string;
  /** The time at which the first connection is closed, by `performance.now()`. */
  readonly from: number;
  readonly until: number;
  readonly settle: () => void;
}

/** The time a dashboard has to answer the close frame, in milliseconds. */
const closeTimeout = 2000;

/** Sends dashboards elsewhere: first by `goaway`, then by closing their connections one by one. */
export const createDraining = (open: ReadonlySet<Connection>, serverId: string): Draining => {
  const timers = new Timers();
  let drain: Drain | undefined;
  let draining: Promise<void> | undefined;

  /** A connection that does not answer the close frame, perhaps silenced, must not keep the others. */
  const close = (connection: Connection, { reason }: Drain): void => {
    connection.close(1012, reason);
    const cancel = timers.after(closeTimeout, connection.reset);
    void connection.closed.then(() => {
      cancel();
      closeNext();
    });
  };

  /** Connections are closed one by one, evenly spread over the time that is left. */
  const closeNext = (): void => {
    if (drain === undefined) return;
    const current = drain;
    const now = performance.now();
    const left = Math.max(0, current.until - Math.max(now, current.from));
    if (open.size === 0) current.settle();
    else
      timers.after(Math.max(0, current.from - now) + left / open.size, () => {
        const [oldest] = open;
        if (oldest === undefined) current.settle();
        else close(oldest, current);
      });
  };

  const begin = ({ over = 60_000, reason = 'drain' }: DrainOptions, settle: () => void): void => {
    const until = performance.now() + over;
    drain = { reason, until, from: until - over / 5, settle };
    for (const connection of open) sendAway(connection, over, open, drain);
    closeNext();
  };

  return {
    isDraining: () => drain !== undefined,
    greet: (connection) => {
      if (drain === undefined) return;
      const time = Math.max(0, Math.round(drain.until - performance.now()));
      if (avoids(connection, serverId)) settleAfterLast(connection, open, drain);
      else sendAway(connection, time, open, drain);
    },
    start: (options = {}) =>
      (draining ??= new Promise((resolve) => {
        begin(options, resolve);
      })),
    end: () => {
      timers.clear();
      drain?.settle();
    },
  };
};

/** True if the dashboard says that it was to avoid this server, and has come for lack of another one. */
const avoids = ({ url }: Connection, serverId: string): boolean =>
  new URL(url, 'http://localhost').searchParams.getAll('avoid').includes(serverId);

type Open = ReadonlySet<Connection>;

const sendAway = (connection: Connection, time: number, open: Open, drain: Drain): void => {
  connection.goaway(drain.reason, time);
  settleAfterLast(connection, open, drain);
};

/** A dashboard that leaves on its own is not waited for. */
const settleAfterLast = (connection: Connection, open: Open, { settle }: Drain): void => {
  void connection.closed.then(() => {
    if (open.size === 0) settle();
  });
};
