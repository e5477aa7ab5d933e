/**
 * Units, dashboards, clouds and servers on virtual time, for marble tests.
 *
 * May import: collections, dashboard, errors, observability, protocol, transport, unit.
 *
 * @module
 */
import { noDiagnostics } from '../../observability/diagnostics.js';
import { filter, map, Subject, type Observable, type SchedulerLike } from 'rxjs';
import type { UnitOptions } from '../../unit/options.js';
import type { Unit } from '../../unit/unit.js';
import { connectUnit } from '../../unit/connect-unit.js';
import type { Received, VirtualCloud } from './cloud.js';
import { virtualTransport } from './transport.js';

/** A unit on virtual time, and what its cloud sees. */
export interface VirtualUnit {
  /** The real unit. */
  readonly unit: Unit;
  /** The messages that reach the cloud, repeated ones included, acks not. */
  readonly received$: Observable<Received>;
  /** The txns that the unit acknowledges. */
  readonly acked$: Observable<string>;
}

/** The options of the unit, but for what is virtual. */
export interface VirtualUnitOptions extends Partial<Omit<UnitOptions, 'transport' | 'scheduler' | 'credentials'>> {
  /**
   * The virtual time at which the unit is stopped, in milliseconds.
   *
   * @defaultValue one hour
   */
  readonly lifetime?: number;
}

/**
 * The real unit, with a clock, ids and a cloud that are virtual: for marble tests of a whole unit app.
 *
 * Use it inside `scheduler.run` of RxJS's TestScheduler and pass that scheduler. Time starts at 0, txns are `txn-1`,
 * `txn-2` and so on, and random numbers are 0.5. The unit is stopped after an hour of virtual time, since a test would
 * never end with one that goes on reconnecting; `lifetime` changes that.
 *
 * @example
 * ```ts
 * scheduler.run(({ cold, expectObservable }) => {
 *   const { unit, received$ } = virtualUnit(scheduler, { link$: cold('5ms o') });
 *   unit.send({ messageType: 'alerts', items: [] });
 *   expectObservable(received$.pipe(map(({ data }) => data.messageType)), '20ms !').toBe('5ms a', { a: 'alerts' });
 * });
 * ```
 */
export const virtualUnit = (
  scheduler: SchedulerLike,
  cloud: VirtualCloud = {},
  { lifetime = 3_600_000, ...options }: VirtualUnitOptions = {},
): VirtualUnit => {
  const { systemId = 'unit-1' } = options;
  const received$ = new Subject<Received>();
  let txn = 0;
  const unit = connectUnit({
    systemId,
    credentials: { ca: '', cert: '', key: '' },
    scheduler,
    now: () => scheduler.now(),
    newId: () => `txn-${++txn}`,
    random: () => 0.5,
    diagnostics: noDiagnostics,
    ...options,
    transport: virtualTransport(cloud, {
      systemId,
      onReceived: (received) => {
        received$.next(received);
      },
    }),
  });
  scheduler.schedule(() => void unit.stop(), lifetime);
  return {
    unit,
    received$: received$.pipe(filter(({ data }) => data.messageType !== 'ack')),
    acked$: received$.pipe(
      filter(({ data }) => data.messageType === 'ack'),
      map(({ header }) => header.txn),
    ),
  };
};
