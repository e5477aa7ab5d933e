import { firstValueFrom, Observable, type Subscriber } from 'rxjs';
import type { Outgoing } from './deliver.js';
import { StoppedError } from '../errors.js';
import type { LastStepCall } from './last-step-call.js';
import { LastStepPromise } from './last-step-promise.js';
import {
  emitStep,
  listenerOf,
  takeAllSteps,
  withListener,
  type StepListener,
  type StepListeners,
} from './step-listeners.js';

/**
 * The last step of a message. `queued` comes first, once the message is on disk if it is to be kept there. `dropped` and
 * `acknowledged` are final; `sent` is final for `sendOnly`.
 */
export type DeliveryStatus = 'queued' | 'sent' | 'requeued' | 'acknowledged' | 'dropped';

/** One step of a message. */
export interface DeliveryReport {
  /** The `txn` of the message. */
  readonly txn: string;
  /** The type of the message: `alerts`. */
  readonly messageType: string;
  /** The step. */
  readonly status: DeliveryStatus;
  /** The number of its transmissions so far. */
  readonly attempt: number;
  /**
   * The reason why it was requeued or dropped. With `queued`, a StoreError: it is not on disk. With `requeued`, a
   * StoppedError ends the steps: the message stays in the store, for the next start.
   */
  readonly cause?: unknown;
}

/** A message that `send` has accepted. */
export interface Delivery {
  /** Names the message on the wire, the same at every transmission. */
  readonly txn: string;
  /** The type of the message: `alerts`. */
  readonly messageType: string;
  /** Its steps, the latest replayed to a late subscriber; completes when it is settled. */
  readonly status$: Observable<DeliveryReport>;
  /** Resolves once it is queued, on disk where it is to be kept there; rejects with the cause where it is refused. */
  readonly accepted: Promise<DeliveryReport>;
  /**
   * Resolves once it is acknowledged (or sent, where no ack is expected); rejects with the cause once it is dropped, or
   * left in the store by a stop.
   */
  readonly acknowledged: Promise<DeliveryReport>;
  /** Takes the message back as long as it was not sent; false when it is too late. */
  readonly withdraw: () => boolean;
}

/** Optional parts of a message. */
export interface OutgoingExtras {
  /** The number of its lane. */
  readonly lane: number;
  readonly coalesceKey?: string | undefined;
  /** The last moment in the queue, by the clock of the unit. */
  readonly expiresAt?: number | undefined;
  /** True if it has to be put on disk before it counts as queued. Default false. */
  readonly isToBeKept?: boolean | undefined;
  /** The time when it was accepted, for {@link OutgoingExtras.write}. */
  readonly since?: number | undefined;
  readonly withdraw: (message: OutgoingMessage) => boolean;
  /** Called with the last step. */
  readonly onSettled?: LastStepCall<DeliveryReport> | undefined;
  /** Makes the frame where the text is only the body of the message. The same bytes each time. Default: the text is the frame. */
  readonly write?: WriteFrame | undefined;
}

type WriteFrame = (body: string, txn: string, since: number) => string;

const noExtras: OutgoingExtras = { lane: 0, withdraw: () => false };

/** Properties that few messages have. They are an object of their own, so that the other messages need no room for them. */
interface Rare {
  readonly coalesceKey: string | undefined;
  readonly expiresAt: number;
  cause: unknown;
}

/**
 * The message as the pipeline carries it, and the Delivery that the app holds: one object, since a queue may hold a
 * million. For the same reason it keeps of the frame only what is not the same in all.
 */
export class OutgoingMessage implements Delivery, Outgoing {
  readonly txn: string;
  readonly messageType: string;
  readonly order: number;
  readonly size: number;
  readonly expectAck: boolean;
  readonly lane: number;
  readonly #text: string;
  readonly #since: number;
  readonly #write: WriteFrame | undefined;
  readonly #withdraw: OutgoingExtras['withdraw'];
  transmissions = 0;
  retries = 0;
  settled = false;
  #status: DeliveryStatus | undefined;
  #rare: Rare | undefined = undefined;
  #listeners: StepListeners<DeliveryReport>;

  constructor(
    txn: string,
    messageType: string,
    order: number,
    text: string,
    size: number,
    expectAck: boolean,
    extras: OutgoingExtras = noExtras,
  ) {
    const { coalesceKey, expiresAt } = extras;
    this.txn = txn;
    this.messageType = messageType;
    this.order = order;
    this.size = size;
    this.expectAck = expectAck;
    this.lane = extras.lane;
    this.#text = text;
    this.#since = extras.since ?? 0;
    this.#write = extras.write;
    this.#withdraw = extras.withdraw;
    this.#listeners = extras.onSettled;
    this.#status = extras.isToBeKept === true ? undefined : 'queued';
    if (coalesceKey !== undefined || expiresAt !== undefined) this.#rare = rare(coalesceKey, expiresAt);
  }

  get frame(): string {
    return this.#write?.(this.#text, this.txn, this.#since) ?? this.#text;
  }

  get coalesceKey(): string | undefined {
    return this.#rare?.coalesceKey;
  }

  get expiresAt(): number {
    return this.#rare?.expiresAt ?? Infinity;
  }

  // By hand: as a subject behind operators it cost each message that is watched three times as much memory.
  get status$(): Observable<DeliveryReport> {
    return new Observable((subscriber) => {
      this.watch(subscriber);
    });
  }

  get accepted(): Promise<DeliveryReport> {
    if (this.#status !== undefined) return outcomeOf(this.report);
    return firstValueFrom(this.status$, { defaultValue: this.report }).then(outcomeOf);
  }

  get acknowledged(): Promise<DeliveryReport> {
    const known = listenerOf(this.#listeners, isPromise);
    if (known !== undefined) return known.promise;
    const last = new LastStepPromise<DeliveryReport>(isRefused);
    this.#listeners = withListener(this.#listeners, last);
    if (this.final) emitStep(last, this.report, true);
    return last.promise;
  }

  /** Undefined until it is on disk, where it is to be kept there. */
  get status(): DeliveryStatus | undefined {
    return this.#status;
  }

  /** True if the cloud may have it: it was sent, or comes from the store and may have been sent by an earlier run. */
  get mayBeSent(): boolean {
    return this.transmissions > 0 || this.order < 0;
  }

  withdraw(): boolean {
    return this.#withdraw(this);
  }

  /** Records a step and emits it as the status. Returns true if that settles the message; then no step follows. */
  record(status: DeliveryStatus, cause?: unknown): boolean {
    if (this.final) return false;
    this.#status = status;
    if (cause !== undefined || this.#rare !== undefined) (this.#rare ??= rare()).cause = cause;
    this.settled = this.final;
    this.emit();
    return this.settled;
  }

  /** True if its last step was recorded; `settled` is true a moment before. */
  get final(): boolean {
    switch (this.#status) {
      case 'acknowledged':
      case 'dropped':
        return true;
      case 'sent':
        return !this.expectAck;
      case 'requeued':
        return this.#rare?.cause instanceof StoppedError; // it is left in the store
      default:
        return false;
    }
  }

  // Private methods and getters would cost each message a field.
  private get report(): DeliveryReport {
    const { txn, messageType, transmissions: attempt } = this;
    const status = this.#status ?? 'queued';
    const cause = this.#rare?.cause;
    return cause === undefined ? { txn, messageType, status, attempt } : { txn, messageType, status, attempt, cause };
  }

  private watch(subscriber: Subscriber<DeliveryReport>): void {
    if (this.final) {
      emitStep(subscriber, this.report, true);
      return;
    }
    // Before it is called: what it does may be the next step.
    this.#listeners = withListener(this.#listeners, subscriber);
    if (this.#status !== undefined) subscriber.next(this.report);
  }

  private emit(): void {
    const listeners = this.#listeners;
    if (listeners === undefined) return;
    const final = this.final;
    if (!final && !takeAllSteps(listeners)) return;
    if (final) this.#listeners = listenerOf(listeners, isPromise);
    emitStep(listeners, this.report, final);
  }
}

const rare = (coalesceKey?: string, expiresAt = Infinity): Rare => ({
  coalesceKey,
  expiresAt,
  cause: undefined,
});

const isPromise = (listener: StepListener<DeliveryReport>): listener is LastStepPromise<DeliveryReport> =>
  listener instanceof LastStepPromise;

/** True if the message was dropped, or left in the store by a stop. */
const isRefused = ({ status, cause }: DeliveryReport): boolean => status === 'dropped' || cause instanceof StoppedError;

/** Rejects with the cause if the message was refused. */
const outcomeOf = async (report: DeliveryReport): Promise<DeliveryReport> => {
  if (isRefused(report)) throw report.cause;
  return Promise.resolve(report);
};
