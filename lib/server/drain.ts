import type { Connection } from './connection.js';

/** How a server is drained. */
export interface DrainOptions {
  /**
   * How long dashboards have for going by themselves, in milliseconds; in the last fifth of it those that have not are
   * closed. Default: 60,000.
   */
  readonly over?: number;
  /** What `goaway` gives as its reason. Default: `drain`. */
  readonly reason?: string;
}

export interface Draining {
  readonly isDraining: () => boolean;
  /** Tells a dashboard that has just come that it should not have, unless it says itself that it was to avoid this server. */
  greet(connection: Connection): void;
  start(options?: DrainOptions): Promise<void>;
  end(): void;
}

/** How long a dashboard may take to go, in milliseconds. */
const closePatience = 2000;

/** Sends dashboards elsewhere. */
export const createDraining = (open: ReadonlySet<Connection>, serverId: string): Draining => {
  const timers = new Set<NodeJS.Timeout>();
  let from = 0; // when the first is closed
  let until = 0;
  let reason = 'drain';
  let draining: Promise<void> | undefined;
  let settle: () => void = () => undefined;

  /** One that does not answer the close frame, silent by order perhaps, must not keep the others. */
  const end = (connection: Connection): void => {
    connection.close(1012, reason);
    const timer = setTimeout(connection.reset, closePatience);
    timers.add(timer);
    void connection.closed.then(() => {
      clearTimeout(timer);
      timers.delete(timer);
      closeNext();
    });
  };

  /** Whoever goes by itself need not be waited for. */
  const settleAfter = (connection: Connection): void => {
    void connection.closed.then(() => {
      if (open.size === 0) settle();
    });
  };

  /** One by one, evenly spread over the time that is left, once they had time to go. */
  const closeNext = (): void => {
    const [first] = open;
    if (first === undefined) {
      settle();
      return;
    }
    const now = performance.now();
    const left = Math.max(0, until - Math.max(now, from));
    const timer = setTimeout(
      () => {
        timers.delete(timer);
        const [oldest] = open;
        if (oldest !== undefined) end(oldest);
        else settle();
      },
      Math.max(0, from - now) + left / open.size,
    );
    timers.add(timer);
  };

  return {
    isDraining: () => draining !== undefined,
    greet: (connection) => {
      if (draining === undefined) return;
      const avoids = new URL(connection.url, 'http://localhost').searchParams.getAll('avoid').includes(serverId);
      if (!avoids) connection.goaway(reason, Math.max(0, Math.round(until - performance.now())));
      settleAfter(connection);
    },
    start: (options = {}) => {
      draining ??= new Promise((resolve) => {
        const { over = 60_000 } = options;
        reason = options.reason ?? 'drain';
        until = performance.now() + over;
        from = until - over / 5;
        settle = resolve;
        for (const connection of open) {
          connection.goaway(reason, over);
          settleAfter(connection);
        }
        closeNext();
      });
      return draining;
    },
    end: () => {
      for (const timer of timers) clearTimeout(timer);
      settle();
    },
  };
};
