import { lastValueFrom, ReplaySubject, tap, type Observable } from 'rxjs';
import type { Outgoing } from './delivery.js';

/** Whether a message needs the ack of the cloud. */
export type SendPolicy = 'expectAck' | 'sendOnly';

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
}

/** The message as the pipeline carries it, and the Delivery that the app holds: one object, since a queue may hold a million. */
export class OutgoingMessage implements Delivery, Outgoing {
  readonly txn: string;
  readonly messageType: string;
  readonly order: number;
  readonly frame: string;
  readonly size: number;
  readonly expectAck: boolean;
  transmissions = 0;
  retries = 0;
  settled = false;
  #status: DeliveryStatus = 'queued';
  #cause: unknown = undefined;
  #report$: ReplaySubject<DeliveryReport> | undefined = undefined;

  constructor(txn: string, messageType: string, order: number, frame: string, size: number, expectAck: boolean) {
    this.txn = txn;
    this.messageType = messageType;
    this.order = order;
    this.frame = frame;
    this.size = size;
    this.expectAck = expectAck;
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

  get #final(): boolean {
    return (
      this.#status === 'acknowledged' || this.#status === 'dropped' || (this.#status === 'sent' && !this.expectAck)
    );
  }

  /** Notes a step and tells whoever asked for the status. True when the fate is final now. */
  note(status: DeliveryStatus, cause?: unknown): boolean {
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
