import { EMPTY, map, merge, mergeAll, mergeMap, type Observable } from 'rxjs';
import { cloudMessageTypes } from '../../protocol/message-types.js';
import type { Unit } from '../../unit/unit.js';
import type { JsonLines } from '../io/json-lines.js';
import {
  deliveryEvent,
  provisioningEvent,
  receivedEvent,
  rejectedEvent,
  renewalEvent,
  stateEvent,
  type UnitEvent,
} from './events.js';
import type { IdentityOptions } from './identity-options.js';
import { provision } from './provision.js';

/** Emits all that a unit does, except for what it receives: {@link handOver} passes that on. */
export const unitEvents = (
  unit: Unit,
  { keystore, mainNode }: IdentityOptions,
  sent$: Observable<UnitEvent>,
): Observable<UnitEvent> =>
  merge(
    unit.state$.pipe(map((state) => stateEvent(state, Date.now()))),
    unit.restored$.pipe(
      mergeAll(),
      mergeMap(({ status$ }) => status$),
      map((report) => deliveryEvent(report, undefined)),
    ),
    unit.rejected$.pipe(map(({ reason }) => rejectedEvent('cloud', reason))),
    unit.renewal$.pipe(map(renewalEvent)),
    keystore && mainNode !== undefined ? provision(unit, keystore, mainNode).pipe(map(provisioningEvent)) : EMPTY,
    sent$,
  );

/** The cloud gets its ack once the system has the line: while nobody reads, what is not written is not acked. */
export const handOver = (
  unit: Unit,
  out: JsonLines,
  showSecrets: boolean,
  logEvent: (event: UnitEvent) => void,
): void => {
  for (const type of cloudMessageTypes)
    unit.handle(
      type,
      (message) => {
        const event = receivedEvent(message, showSecrets);
        logEvent(event);
        return out.hand(event);
      },
      { ack: 'after' },
    );
};

/** Returns true if a slow reader can do without the event: it is no message, and not the end of one. */
export const isExpendable = (event: UnitEvent): boolean => {
  switch (event.event) {
    case 'delivery':
      return event.status === 'queued' || event.status === 'requeued' || (event.status === 'sent' && event.attempt > 1);
    case 'rejected':
      return event.source === 'cloud';
    default:
      return event.event === 'state' || event.event === 'renewal';
  }
};
