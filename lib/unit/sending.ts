import { defer, mergeMap, of } from 'rxjs';
import type { DeliveryReport, OutgoingMessage } from '../delivery/outgoing-message.js';
import type { PendingMessagesObserver } from '../delivery/pending-messages.js';
import type { SendOptions } from '../delivery/send-options.js';
import { sender, type Sender } from '../delivery/sender.js';
import { QueueFullError, StoppedError } from '../errors.js';
import type { MessageData, UnitData } from '../protocol/envelope.js';
import type { Failures } from './failures.js';
import type { UnitReceiving } from './receiving.js';
import { requests } from './request.js';
import type { Settings } from './settings.js';
import type { UnitStates } from './states.js';
import type { Unit } from './unit.js';

/** The sending side of a unit. */
export interface UnitSending {
  /** Accepts messages from now on, and reads the store, if there is one. */
  readonly open: () => void;
  /** Accepts no message any more. */
  readonly close: () => void;
  /** The delivery of what was accepted. */
  readonly delivery: () => Sender;
  readonly api: Pick<Unit, 'state$' | 'restored$' | 'send' | 'deliver' | 'request' | 'whenRoom'>;
}

/** Dependencies of {@link unitSending}. */
export interface SendingParts {
  readonly states: Pick<UnitStates, 'state$' | 'socket$' | 'suspect' | 'lostCause'>;
  readonly receiving: Pick<UnitReceiving, 'reply$' | 'pauses' | 'api'>;
  readonly failures: Pick<Failures, 'report' | 'reportFault'>;
  /** Measures the queue. */
  readonly watch: PendingMessagesObserver;
}

/** Queues the messages of the app, and delivers them while there is a connection. */
export const unitSending = (settings: Settings, { states, receiving, failures, watch }: SendingParts): UnitSending => {
  let isOpen = false;
  let made: Sender | undefined; // an idle unit has no use for it
  const begin = (): Sender => {
    const delivery = sender({
      settings: {
        ...settings,
        ...watch,
        onFailure: (error) => {
          failures.report('onSettled of a message', error);
        },
      },
      socket$: states.socket$,
      lostCause: states.lostCause,
      reply$: receiving.reply$,
      paused$: defer(receiving.pauses),
      onSilence: () => {
        states.suspect('silence');
      },
      onFault: failures.reportFault,
    });
    delivery.work$.subscribe({ complete: () => (made = undefined), error: failures.reportFault });
    return delivery;
  };
  const delivery = () => (made ??= begin());
  const send = (data: UnitData | MessageData, options?: SendOptions) => {
    if (!isOpen) throw new StoppedError();
    return delivery().send(data, options);
  };

  return {
    open: () => {
      isOpen = true;
      if (settings.store) delivery().begin();
    },
    close: () => {
      isOpen = false;
    },
    delivery,
    api: {
      state$: settings.store ? delivery().withStoreError(states.state$) : states.state$,
      restored$: settings.store ? delivery().restored$ : nothing$,
      send,
      deliver: (options?: SendOptions) =>
        mergeMap((data: UnitData | MessageData) => reports(data, () => send(data, options))),
      request: (...request) => requests({ ...settings, send, on: receiving.api.on })(...request),
      whenRoom: () => delivery().whenRoom(),
    },
  };
};

/** Without a store nothing is restored. */
const nothing$ = of([]);

/** A full queue is a report, as it passes; everything else that `send` throws is an error of the data. */
const reports = ({ messageType }: UnitData | MessageData, send: () => OutgoingMessage) => {
  try {
    return send().status$;
  } catch (cause) {
    if (!(cause instanceof QueueFullError)) throw cause;
    return of<DeliveryReport>({ txn: '', messageType, status: 'dropped', attempt: 0, cause });
  }
};
