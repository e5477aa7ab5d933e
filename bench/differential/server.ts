import { IncomingMessage } from 'node:http';
import { Socket } from 'node:net';
import { Observable } from 'rxjs';
import type { VirtualDial } from '../../lib/testing/virtual/web-socket.js';
import { openChannels } from '../../lib/server/channels.js';
import { openConnection, type Connection, type ConnectionContext } from '../../lib/server/connection.js';
import { createDraining } from '../../lib/server/drain.js';
import { IdentityShares } from '../../lib/server/identity-shares.js';
import { settingsOf } from '../../lib/server/settings.js';
import type { DashboardLog } from '../../lib/server/log.js';
import { createMetrics } from '../../lib/server/metrics.js';
import type { DashboardTopic } from '../../lib/server/topic.js';
import { createFaultPlan, type FaultPlan, injectFaults } from '../../lib/testing/dashboard/fault-plan.js';
import { dashboardFaults, type DashboardFaults } from '../../lib/testing/dashboard/faults.js';
import { ServerSocket } from './socket.js';

/** The server of dashboards behind virtual WebSockets: all of it but HTTP and TCP. */
export interface Server extends DashboardFaults {
  readonly accept: (dial: VirtualDial) => Observable<string>;
  /** Sends every dashboard away within this time, in milliseconds. */
  readonly drain: (over: number) => void;
  /** Ends the process: its links are reset, and no new ones are accepted. */
  readonly end: () => void;
}

const done = () => Promise.resolve();
const nothing = () => undefined;
const listener = { port: () => 0, open: done, shut: done, refuse: done, reset: nothing };

/** Opens a server on a log. */
export const openServer = async (
  serverId: string,
  topics: Readonly<Record<string, DashboardTopic>>,
  log: DashboardLog,
): Promise<Server> => {
  const now = Date.now;
  const connections = new Set<Connection>();
  const plan = createFaultPlan();
  const interception = { ...injectFaults(plan), observe: nothing };
  const draining = createDraining(connections, serverId);
  const restarted = () => {
    for (const connection of connections) connection.endSubscriptions('gone');
  };
  const channels = await openChannels({ topics, log, now, restarted, unusable: nothing, failed: nothing });
  const context: ConnectionContext = {
    ...{
      ...settingsOf({ serverId, now, topics, log }),
      channels,
      interception,
      metrics: createMetrics(),
      unusable: nothing,
    },
    ...{ connectionShares: new IdentityShares(Infinity), subscriptionShares: new IdentityShares(Infinity) },
    welcomed: draining.greet,
  };
  const faults = dashboardFaults({ connections, listener }, plan);
  const process = { ended: false };
  return {
    ...faults,
    accept: acceptOn({ plan, process, connections, context }),
    drain: (over) => {
      void draining.start({ over });
    },
    end: () => {
      process.ended = true;
      draining.end();
      channels.close();
      faults.silence(false);
      for (const connection of connections) connection.reset();
    },
  };
};

interface Accepting {
  readonly plan: FaultPlan;
  readonly process: { readonly ended: boolean };
  readonly connections: Set<Connection>;
  readonly context: ConnectionContext;
}

/** Accepts virtual WebSockets while the process lives and no fault prevents it. */
const acceptOn = ({ plan, process, connections, context }: Accepting): Server['accept'] => {
  let sessions = 0;
  return ({ url, received$ }) =>
    new Observable((page) => {
      if (process.ended || plan.refusesUpgrades) {
        page.error(new Error('refused'));
        return undefined;
      }
      if (plan.ignoresRequests) return undefined;
      page.next('open');
      const socket = new ServerSocket(url, page);
      const reset = () => {
        socket.terminate();
      };
      const request = new IncomingMessage(new Socket());
      const link = { webSocket: socket.asWebSocket, reset, session: ++sessions, url: new URL(url).search, request };
      const connection = openConnection(link, context);
      connections.add(connection);
      void connection.closed.then(() => connections.delete(connection));
      connection.delay(plan.latency);
      const hear = (frame: Parameters<ServerSocket['hear']>[0]) => {
        socket.hear(frame);
      };
      const end = () => {
        hear(undefined);
      };
      const reading = received$.subscribe({ next: hear, error: nothing, complete: end });
      return () => {
        reading.unsubscribe();
        end();
      };
    });
};
