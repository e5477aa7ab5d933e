import { Observable } from 'rxjs';
import type { VirtualDial } from '../../lib/testing/virtual/web-socket.js';
import { openBooks } from '../../lib/server/journal.js';
import { openChannels, type Channels } from '../../lib/server/channel.js';
import { openConnection, type Connection } from '../../lib/server/connection.js';
import { dashboardFaults, type DashboardFaults } from '../../lib/server/faults.js';
import type { DashboardLog } from '../../lib/server/log.js';
import { createMetrics } from '../../lib/server/metrics.js';
import { createPlan } from '../../lib/server/fault-plan.js';
import { createDraining } from '../../lib/server/drain.js';
import type { DashboardTopic } from '../../lib/server/topic.js';
import { ServerSocket } from './socket.js';

/** The server of dashboards behind virtual WebSockets: all of it but HTTP and TCP. */
export interface Server extends DashboardFaults {
  readonly accept: (dial: VirtualDial) => Observable<string>;
  /** Sends every dashboard away within this time, in milliseconds. */
  readonly drain: (over: number) => void;
  /** The process is gone: its links are reset, and no other comes. */
  readonly end: () => void;
}

export const openServer = async (
  serverId: string,
  topics: Readonly<Record<string, DashboardTopic>>,
  log: DashboardLog,
): Promise<Server> => {
  const now = Date.now;
  const open = new Set<Connection>();
  const plan = createPlan();
  const draining = createDraining(open, serverId);
  const books = openBooks(now);
  const channels: Channels = await openChannels(topics, log, now, () => {
    for (const connection of open) connection.endSubscriptions('gone');
  });
  const context = {
    ...{ serverId, channels, books, plan, now, metrics: createMetrics(), authenticate: () => 'ok' as const },
    ...{ heartbeat: 1500, helloTimeout: 5000, maxSubscriptions: 500, bufferMark: 256 * 1024 },
    welcomed: (connection: Connection) => {
      draining.greet(connection);
    },
  };
  let sessions = 0;
  let ended = false;
  const done = () => Promise.resolve();
  const nothing = () => undefined;
  const listener = { port: () => 0, open: done, shut: done, refuse: done, reset: nothing };
  const faults = dashboardFaults(open, plan, listener, nothing);

  return {
    ...faults,
    accept: ({ url, received$ }) =>
      new Observable((page) => {
        if (ended || plan.refusesUpgrades) {
          page.error(new Error('refused'));
          return undefined;
        }
        if (plan.ignoresRequests) return undefined;
        page.next('open');
        const socket = new ServerSocket(url, page);
        const reset = () => {
          socket.terminate();
        };
        const link = { webSocket: socket.asWebSocket, reset, session: ++sessions, url: new URL(url).search };
        const connection = openConnection(link, context);
        open.add(connection);
        void connection.closed.then(() => open.delete(connection));
        const reading = received$.subscribe({
          next: (frame) => {
            socket.hear(frame);
          },
          error: nothing,
          complete: () => {
            socket.hear(undefined);
          },
        });
        return () => {
          reading.unsubscribe();
          socket.hear(undefined);
        };
      }),
    drain: (over) => {
      void draining.start({ over });
    },
    end: () => {
      ended = true;
      draining.end();
      channels.close();
      faults.silence(false);
      for (const connection of open) connection.reset();
    },
  };
};
