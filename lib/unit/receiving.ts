import { BehaviorSubject, defer, EMPTY, merge, Subject, switchMap, type Observable } from 'rxjs';
import { lazy } from '../collections/lazy.js';
import type { Reply } from '../operators/ack-timeout.js';
import type { CloudMessage } from '../protocol/envelope.js';
import { backpressure } from '../receiving/backpressure.js';
import { messageHandlers, type Handlers } from '../receiving/handlers.js';
import {
  ackedOnReceipt,
  receiver,
  type Accept,
  type Received,
  type Receiver,
  type ReceiverOptions,
} from '../receiving/receiver.js';
import type { Failures } from './failures.js';
import type { UnitNotices } from './notices.js';
import type { Settings } from './settings.js';
import type { UnitStates } from './states.js';
import type { Rejected, Unit } from './unit.js';

/** The receiving side of a unit. */
export interface UnitReceiving extends Pick<Receiver, 'read'> {
  /** The acks and nacks of the cloud. */
  readonly reply$: Observable<Reply>;
  /** True while handlers are too far behind to read more; replays the current value. */
  readonly paused$: Handlers['paused$'];
  /** Runs the handlers while it is subscribed, from the first one on; never emits. */
  readonly work$: Observable<never>;
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
  const reply$ = new Subject<Reply>();
  const hasHandlers$ = new BehaviorSubject(false);
  // An idle unit needs neither handlers nor a receiver, which take several KiB.
  const handlers = lazy(() => messageHandlers({ ...settings, message$, onFailure: failures.report }));

  const emit = ({ message, begin }: Received) => {
    message$.next(message);
    begin();
  };
  const onOther: ReceiverOptions['onOther'] = (other) => {
    if (other.kind !== 'rejected') {
      reply$.next(other);
      return;
    }
    notices.refused(other.reason);
    rejected$.next({ reason: other.reason });
  };
  const accept: Accept = (message, size, done) =>
    hasHandlers$.value ? handlers().accept(message, size, done) : ackedOnReceipt;
  /** From the first frame on for as long as the unit exists: what was seen before a stop is a duplicate after it. */
  const reader = lazy(() => {
    const { read, received$ } = receiver({ ...settings, accept, onOther });
    received$.subscribe({ next: emit, error: failures.reportFault });
    return read;
  });

  const work = () => {
    const { paused$ } = handlers();
    return merge(handlers().work(), backpressure({ socket$: states.socket$, paused$, onChange: states.suspect }));
  };
  return {
    read: (frame, socket) => reader()(frame, socket),
    reply$: reply$.asObservable(),
    paused$: defer(() => handlers().paused$),
    work$: hasHandlers$.pipe(switchMap((hasHandlers) => (hasHandlers ? work() : EMPTY))),
    api: {
      message$: message$.asObservable(),
      rejected$: rejected$.asObservable(),
      on: (type) => handlers().on(type),
      handle: (type, handler, options) => {
        const handled = handlers().handle(type, handler, options);
        if (!hasHandlers$.value) hasHandlers$.next(true);
        return handled;
      },
    },
  };
};
