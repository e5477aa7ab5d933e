import { Closings } from './closings.js';
import type { Connection } from './connection.js';
import type { DrainOptions } from './options.js';

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
  /** The time at which the last connection is closed, by `performance.now()`. */
  readonly until: number;
  readonly settle: () => void;
}

/** Sends dashboards elsewhere: first by `goaway`, then by closing their connections one by one. */
export const createDraining = (open: ReadonlySet<Connection>, serverId: string): Draining => {
  let closings: Closings<Connection> | undefined;
  let drain: Drain | undefined;
  let draining: Promise<void> | undefined;

  const begin = ({ over = 60_000, reason = 'drain' }: DrainOptions, settle: () => void): void => {
    const until = performance.now() + over;
    drain = { reason, until, settle };
    for (const connection of open) sendAway(connection, over, open, drain);
    const close = (connection: Connection): void => {
      connection.close(1012, reason);
    };
    closings = new Closings({ open, from: until - over / 5, until, close, done: settle });
    closings.start();
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
      closings?.stop();
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
