import { lastValueFrom, ReplaySubject, tap, type Observable } from 'rxjs';
import type { Outgoing } from './delivery.js';

/** How far a message is. `dropped` and `acknowledged` are final, and `sent` is for `sendOnly`. */
export type DeliveryStatus = 'queued' | 'sent' | 'requeued' | 'acknowledged' | 'dropped';

/** One step of a message. */
export interface DeliveryReport {
  readonly txn: string;
  readonly messageType: string;
  readonly status: DeliveryStatus;
  /** How often the message was transmitted so far. */
  readonly attempt: number;
  /** Why it was requeued or dropped. */
  readonly cause?: unknown;
}

/** A message that `send` has accepted. */
export interface Delivery {
  /** Names the message on the wire, the same at every transmission. */
  readonly txn: string;
  readonly messageType: string;
  /** Its steps, the latest replayed to a late subscriber; completes when its fate is final. */
  readonly status$: Observable<DeliveryReport>;
  /** Resolves once it is acknowledged (or sent, where no ack is expected); rejects with the cause once it is dropped. */
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
  #status: DeliveryStatus = 'queued';
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
  }

  get status$(): Observable<DeliveryReport> {
    if (this.#report$ === undefined) {
      this.#report$ = new ReplaySubject(1);
      this.#tell();
    }
    return this.#report$.asObservable();
  }

  get acknowledged(): Promise<DeliveryReport> {
    return lastValueFrom(
      this.status$.pipe(
        tap(({ status, cause }) => {
          if (status === 'dropped') throw cause;
        }),
      ),
      { defaultValue: this.#report },
    );
  }

  get status(): DeliveryStatus {
    return this.#status;
  }

  get #final(): boolean {
    return (
      this.#status === 'acknowledged' || this.#status === 'dropped' || (this.#status === 'sent' && !this.expectAck)
    );
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
    return { txn, messageType, status: this.#status, attempt, ...cause };
  }

  #tell(): void {
    this.#report$?.next(this.#report);
    if (this.#final) this.#report$?.complete();
  }
}
