import { noop, type Observable, type Subscription } from 'rxjs';
import { openMetrics, type OpenMetrics } from '../io/open-metrics.js';
import type { UnitState } from '../../unit/unit.js';
import { certificateEnds } from './certificate-ends.js';
import type { IdentityOptions } from './identity-options.js';
import type { UnitSettings } from './options.js';
import { statusOfUnit, type StatusOfUnit } from './unit-status.js';

/** The metrics, health checks and status of a unit, as they are served. */
export interface ServedStatus extends OpenMetrics, Pick<StatusOfUnit, 'take' | 'step'> {
  /** Has the status name the certificates of each attempt to connect, until it is unsubscribed. */
  readonly watch: (state$: Observable<UnitState>, identity: IdentityOptions) => Subscription;
}

/** Serves `/metrics`, `/healthz`, `/readyz` and `/status`; nothing where the settings name no port. */
export const serveStatus = async ({
  metricsPort,
  systemId,
}: Pick<UnitSettings, 'metricsPort' | 'systemId'>): Promise<ServedStatus | undefined> => {
  const { take, step, certificates, state, document } = statusOfUnit(systemId, {
    now: Date.now,
    uptime: () => process.uptime() * 1000,
  });
  const health = () => ({ state: state(), ready: state() === 'connected' });
  const served = await openMetrics(metricsPort, { health, status: document });
  if (served === undefined) return undefined;
  const watch: ServedStatus['watch'] = (state$, identity) =>
    certificateEnds(state$, identity).subscribe({ next: certificates, error: noop });
  return { ...served, take, step, watch };
};
