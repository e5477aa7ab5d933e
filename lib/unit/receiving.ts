import {
  BehaviorSubject,
  catchError,
  defer,
  EMPTY,
  merge,
  Subject,
  switchMap,
  type Observable,
  type Subscription,
} from 'rxjs';
import { lazy } from '../collections/lazy.js';
import type { Reply } from '../operators/ack-timeout.js';
import { Relay } from '../operators/relay.js';
import type { CloudMessage } from '../protocol/envelope.js';
import { backpressure } from '../receiving/backpressure.js';
import { messageHandlers } from '../receiving/handlers.js';
import {
  ackedOnReceipt,
  receiver,
  type Accept,
  type Received,
  type Receiver,
  type ReceiverOptions,
} from '../receiving/receiver.js';
import { Unhandled } from '../receiving/unhandled.js';
import type { Failures } from './failures.js';
import type { UnitNotices } from './notices.js';
import type { Settings } from './settings.js';
import type { UnitStates } from './states.js';
import type { Rejected, Unit } from './unit.js';

/** The receiving side of a unit. */
export interface UnitReceiving extends Pick<Receiver, 'read'> {
  /** The acks and nacks of the cloud. */
  readonly reply$: Observable<Reply>;
  /** Returns what is true while handlers are too far behind to read more; it replays the current value. */
  readonly pauses: () => Unhandled['paused$'];
  /** Runs the handlers from now on. */
  readonly open: () => void;
  /** Stops the handlers. */
  readonly close: () => void;
  readonly api: Pick<Unit, 'message$' | 'rejected$' | 'on' | 'handle'>;
}

/** Dependencies of {@link unitReceiving}. */
export interface ReceivingParts {
  readonly notices: Pick<UnitNotices, 'refused'>;
  readonly states: Pick<UnitStates, 'socket$' | 'suspect'>;
  readonly failures: Pick<Failures, 'report' | 'reportFault'>;
}

/** Brings what the cloud sends to the app: replies, messages, and what was rejected. */
export const unitReceiving = (settings: Settings, { notices, states, failures }: ReceivingParts): UnitReceiving => {
  const message$ = new Subject<CloudMessage>();
  const rejected$ = new Subject<Rejected>();
  const reply = new Relay<Reply>();
  const isOpen$ = new BehaviorSubject(false);
  let reader: Receiver['read'] | undefined;
  let working: Subscription | undefined;
  // An idle unit needs neither handlers nor a receiver, which take several KiB.
  const room = lazy(() => new Unhandled(settings));
  const handlers = lazy(() => messageHandlers({ message$, room: room(), onFailure: failures.report, ...settings }));

  /** From the first frame on. */
  const beginReading = (): Receiver['read'] => {
    const { systemId, now } = settings;
    const accept: Accept = (message, size, done) => (working ? handlers().accept(message, size, done) : ackedOnReceipt);
    const onOther: ReceiverOptions['onOther'] = (other) => {
      if (other.kind !== 'rejected') {
        reply.next(other);
        return;
      }
      notices.refused(other.reason);
      rejected$.next({ reason: other.reason });
    };
    const next = ({ message, begin }: Received) => {
      message$.next(message);
      begin();
    };
    /** For as long as the unit exists: what was seen before a stop is a duplicate after it. */
    const onUnobserved = () => {
      received$.subscribe({ next, error: failures.reportFault });
    };
    const { read, received$ } = receiver({ systemId, now, accept, onUnobserved, onOther });
    return read;
  };
  /** From the first handler on. */
  const beginWork = (): Subscription => {
    const { paused$ } = room();
    const slowed$ = backpressure({ socket$: states.socket$, paused$, onChange: states.suspect });
    const work$ = defer(() => merge(handlers().work(), slowed$)).pipe(
      catchError((fault: unknown) => {
        failures.reportFault(fault);
        return EMPTY;
      }),
    );
    return isOpen$.pipe(switchMap((isOpen) => (isOpen ? work$ : EMPTY))).subscribe();
  };
  return {
    read: (frame, socket) => (reader ??= beginReading())(frame, socket),
    reply$: reply.value$,
    pauses: () => room().paused$,
    open: () => {
      isOpen$.next(true);
    },
    close: () => {
      isOpen$.next(false);
    },
    api: {
      message$: message$.asObservable(),
      rejected$: rejected$.asObservable(),
      on: (type) => handlers().on(type),
      handle: (type, handler, options) => {
        const handled = handlers().handle(type, handler, options);
        working ??= beginWork();
        return handled;
      },
    },
  };
};
