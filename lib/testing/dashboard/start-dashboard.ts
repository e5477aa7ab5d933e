/**
 * The server of dashboards for tests: a journal and faults on top of `unitlink/server`.
 *
 * May import: server.
 *
 * @module
 */
import { openServer } from '../../server/open-server.js';
import type { DashboardServer } from '../../server/dashboard-server.js';
import type { DashboardServerOptions } from '../../server/options.js';
import { createFaultPlan, injectFaults } from './fault-plan.js';
import { type DashboardFaults, dashboardFaults } from './faults.js';
import { type DashboardJournal, openJournal } from './journal.js';

/** A server of dashboards that keeps a journal and injects faults. */
export interface TestDashboardServer extends DashboardServer, DashboardFaults {
  /** The events of this server. */
  readonly journal: DashboardJournal;
  /**
   * The same.
   *
   * @deprecated in favour of `journal`
   */
  readonly books: DashboardJournal;
}

/**
 * Starts the server of `unitlink/server` on loopback, with a journal and faults for tests.
 *
 * @example
 * ```ts
 * await using server = await startDashboard({ topics: { units: stateTopic() } });
 * await server.publish('units', { id: 'u-1', state: 'online' });
 * server.cut();
 * ```
 * @param options - Those of `serveDashboards`; all are optional, and pages of any origin may connect by default: those of a test
 *   are often served from another port
 * @returns The server, once it accepts connections
 */
export const startDashboard = async (options: DashboardServerOptions = {}): Promise<TestDashboardServer> => {
  const plan = createFaultPlan();
  const { journal, add, end } = openJournal(options.now ?? Date.now);
  const opened = await openServer({ origins: 'any', ...options }, { ...injectFaults(plan), observe: add });
  const stop = async (): Promise<void> => {
    await opened.server.stop();
    end();
  };
  return {
    ...opened.server,
    ...dashboardFaults(opened, plan),
    journal,
    books: journal,
    stop,
    [Symbol.asyncDispose]: stop,
  };
};
