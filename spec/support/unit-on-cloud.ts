import type { Observable } from 'rxjs';
import type { ConnectionState } from '../../lib/connection/connection-state.js';
import { aos } from '../../lib/operators/backoff.js';
import type { UnitOptions } from '../../lib/unit/options.js';
import type { CloudEvent } from '../../lib/testing/cloud/events.js';
import type { Cloud } from '../../lib/testing/cloud/start-cloud.js';
import type { Unit } from '../../lib/unit/unit.js';
import { connectUnit } from '../../lib/unit/connect-unit.js';
import { until } from './until.js';

/** The real unit on real sockets, with a backoff that begins at 5 ms. */
export const connectTo = ({ credentials }: Pick<Cloud, 'credentials'>, options: Partial<UnitOptions> = {}): Unit =>
  connectUnit({ systemId: 'unit-1', credentials, backoff: aos({ initialDelay: 5 }), ...options });

/** The next state of this name, or the one there is. */
export const untilState = <Name extends ConnectionState['state']>(
  { state$ }: Unit,
  name: Name,
): Promise<ConnectionState & { readonly state: Name }> =>
  until(state$, (state): state is ConnectionState & { readonly state: Name } => state.state === name);

/** The next event of this kind. */
export const untilEvent = <Kind extends CloudEvent['kind']>(
  { event$ }: Cloud,
  kind: Kind,
): Promise<CloudEvent & { readonly kind: Kind }> =>
  until(event$, (event): event is CloudEvent & { readonly kind: Kind } => event.kind === kind);

/** Every value from now on. */
export const recorded = <T>(source$: Observable<T>): T[] => {
  const values: T[] = [];
  source$.subscribe({
    next: (value) => values.push(value),
    error: (error: unknown) => {
      throw error;
    },
  });
  return values;
};

/** The txns of the messages that arrive at the cloud from now on, each once, in their order. */
export const arrivals = (cloud: Cloud): readonly string[] => {
  const arrived: string[] = [];
  cloud.event$.subscribe({
    next: (event) => {
      if (event.kind === 'message' && !event.duplicate) arrived.push(event.header.txn);
    },
    error: (error: unknown) => {
      throw error;
    },
  });
  return arrived;
};
