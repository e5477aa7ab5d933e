import { noServerInterception, openServer } from './open-server.js';
import type { DashboardServer } from './dashboard-server.js';
import type { DashboardServerOptions } from './options.js';

/**
 * Starts a server of dashboards: subscriptions over a WebSocket at `/live`, `/healthz` for load balancers, `/metrics` for
 * Prometheus, and `/reports` for the reports of pages that are left.
 *
 * @example
 * ```ts
 * await using server = await serveDashboards({ topics: { units: stateTopic() } });
 * await server.publish('units', { id: 'u-1', state: 'online' });
 * ```
 * @param options - See {@link DashboardServerOptions}; all are optional
 * @returns The server, once it accepts connections
 * @throws Error of `node:net` if it cannot listen on the port
 */
export const serveDashboards = async (options: DashboardServerOptions = {}): Promise<DashboardServer> => {
  const { server } = await openServer(options, noServerInterception);
  return server;
};
