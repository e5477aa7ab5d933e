import { firstValueFrom, lastValueFrom, ReplaySubject, tap, type Observable } from 'rxjs';
import type { Outgoing } from './delivery.js';
import { StoppedError } from './errors.js';

/**
 * How far a message is. `dropped` and `acknowledged` are final, and `sent` is for `sendOnly`. `queued` comes first, once
 * the message is on disk where it is to be kept there.
 */
export type DeliveryStatus = 'queued' | 'sent' | 'requeued' | 'acknowledged' | 'dropped';

/** One step of a message. */
export interface DeliveryReport {
  readonly txn: string;
  readonly messageType: string;
  readonly status: DeliveryStatus;
  /** How often the message was transmitted so far. */
  readonly attempt: number;
  /**
   * Why it was requeued or dropped. With `queued`, a StoreError: it is not on disk. With `requeued`, a StoppedError ends
   * the steps: the message stays in the store, for the next start.
   */
  readonly cause?: unknown;
}

/** A message that `send` has accepted. */
export interface Delivery {
  /** Names the message on the wire, the same at every transmission. */
  readonly txn: string;
  readonly messageType: string;
  /** Its steps, the latest replayed to a late subscriber; completes when its fate is final. */
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

/** What a message may carry besides. */
export interface OutgoingExtras {
  /** The number of its lane. */
  readonly lane: number;
  readonly coalesceKey?: string | undefined;
  /** The last moment in the queue, by the clock of the unit. */
  readonly expiresAt?: number | undefined;
  /** Whether it has to be put on disk before it counts as queued. Default false. */
  readonly isToBeKept?: boolean | undefined;
  readonly withdraw: (message: OutgoingMessage) => boolean;
}

const noExtras: OutgoingExtras = { lane: 0, withdraw: () => false };

/** The message as the pipeline carries it, and the Delivery that the app holds: one object, since a queue may hold a million. */
export class OutgoingMessage implements Delivery, Outgoing {
  readonly txn: string;
  readonly messageType: string;
  readonly order: number;
  readonly frame: string;
  readonly size: number;
  readonly expectAck: boolean;
  readonly lane: number;
  readonly coalesceKey: string | undefined;
  readonly expiresAt: number;
  readonly #withdraw: OutgoingExtras['withdraw'];
  transmissions = 0;
  retries = 0;
  settled = false;
  #status: DeliveryStatus | undefined;
  #cause: unknown = undefined;
  #report$: ReplaySubject<DeliveryReport> | undefined = undefined;

  constructor(
    txn: string,
    messageType: string,
    order: number,
    frame: string,
    size: number,
    expectAck: boolean,
    extras: OutgoingExtras = noExtras,
  ) {
    this.txn = txn;
    this.messageType = messageType;
    this.order = order;
    this.frame = frame;
    this.size = size;
    this.expectAck = expectAck;
    this.lane = extras.lane;
    this.coalesceKey = extras.coalesceKey;
    this.expiresAt = extras.expiresAt ?? Infinity;
    this.#withdraw = extras.withdraw;
    this.#status = extras.isToBeKept === true ? undefined : 'queued';
  }

  get status$(): Observable<DeliveryReport> {
    if (this.#report$ === undefined) {
      this.#report$ = new ReplaySubject(1);
      this.#tell();
    }
    return this.#report$.asObservable();
  }

  get accepted(): Promise<DeliveryReport> {
    return firstValueFrom(this.status$.pipe(tap(throwIfDropped)), { defaultValue: this.#report });
  }

  get acknowledged(): Promise<DeliveryReport> {
    return lastValueFrom(this.status$.pipe(tap(throwIfDropped)), { defaultValue: this.#report });
  }

  /** Undefined until it is on disk, where it is to be kept there. */
  get status(): DeliveryStatus | undefined {
    return this.#status;
  }

  /** Whether the cloud may have it: it was sent, or comes from the store, and who knows what was done with it before. */
  get mayBeSent(): boolean {
    return this.transmissions > 0 || this.order < 0;
  }

  get #final(): boolean {
    switch (this.#status) {
      case 'acknowledged':
      case 'dropped':
        return true;
      case 'sent':
        return !this.expectAck;
      case 'requeued':
        return this.#cause instanceof StoppedError; // it is left in the store
      default:
        return false;
    }
  }

  withdraw(): boolean {
    return this.#withdraw(this);
  }

  /** Notes a step and tells whoever asked for the status. True when the fate is final by that; then no step follows. */
  note(status: DeliveryStatus, cause?: unknown): boolean {
    if (this.#final) return false;
    this.#status = status;
    this.#cause = cause;
    this.settled = this.#final;
    this.#tell();
    return this.settled;
  }

  get #report(): DeliveryReport {
    const { txn, messageType, transmissions: attempt } = this;
    const cause = this.#cause === undefined ? {} : { cause: this.#cause };
    return { txn, messageType, status: this.#status ?? 'queued', attempt, ...cause };
  }

  #tell(): void {
    if (this.#status !== undefined) this.#report$?.next(this.#report);
    if (this.#final) this.#report$?.complete();
  }
}

const throwIfDropped = ({ status, cause }: DeliveryReport): void => {
  if (status === 'dropped' || cause instanceof StoppedError) throw cause;
};
