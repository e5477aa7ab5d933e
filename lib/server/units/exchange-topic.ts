import { defer, from, type Observable, retry, Subject, type Subscription, switchMap, timer } from 'rxjs';
import type { DashboardLog } from '../log.js';

/** The topic of the log by which servers of units speak to each other. */
const topic = 'units:exchange';
const retryWait = 500;
/** The bytes of a message that are not its frame, at most. */
const headSize = 300;
/** The most bytes that wait for the log. Units wait from 1 MiB on, so that it is the small messages that are refused here. */
const maxWaiting = 8 << 20;
/** Few enough to go on. */
const lowWater = 512 << 10;

/** A message of one server of units to another, or to all. */
export interface ExchangeMessage {
  readonly kind: 'here' | 'where' | 'has' | 'gone' | 'frame' | 'ping' | 'pong' | 'reply';
  /** The server that says it, and the one it is for; all others if there is none. */
  readonly from: string;
  readonly to?: string;
  readonly systemId: string;
  /** A message to the unit, as on the wire; only with `frame`. */
  readonly frame?: string;
  /** The reply of the unit; only with `reply`. */
  readonly txn?: string;
  readonly reply?: 'ack' | 'nack';
  readonly retryAfter?: number;
}

/** Dependencies of {@link ExchangeTopic}. */
export interface ExchangeTopicOptions {
  readonly log: DashboardLog;
  /** Names this server among those that share the log. */
  readonly id: string;
  readonly now: () => number;
  /** Called with each message of another server that is for this one, and with what this one said to all. */
  readonly take: (message: ExchangeMessage) => void;
  /** Called when this server hears the others: at first, and after messages of either side were lost. */
  readonly joined: () => void;
  readonly failed: (error: unknown) => void;
}

/** The way between servers of units that share a log. */
export class ExchangeTopic {
  readonly #options: ExchangeTopicOptions;
  readonly #following: Subscription;
  readonly #drained$ = new Subject<void>();
  #waiting = 0;
  #isFull = false;

  constructor(options: ExchangeTopicOptions) {
    const { log, id, take, joined, failed } = options;
    this.#options = options;
    this.#following = defer(() => from(log.position(topic)))
      .pipe(
        switchMap((position) => {
          joined();
          return log.watch(new Map([[topic, position]]));
        }),
        retry({ delay: () => timer(retryWait) }),
      )
      .subscribe({
        next: ({ value }) => {
          const message = value as ExchangeMessage;
          const isForAll = message.to === undefined && (message.from !== id || message.kind === 'here');
          if (message.to === id || isForAll) take(message);
        },
        error: failed,
      });
  }

  /** The bytes that wait for the log. */
  get waiting(): number {
    return this.#waiting;
  }

  /** Emits when few bytes are left of many that waited. */
  get drained$(): Observable<void> {
    return this.#drained$;
  }

  /** Says something; resolves with false if the log did not take it, or too much waits for it. */
  async say(message: Omit<ExchangeMessage, 'from'>): Promise<boolean> {
    const { log, id, now, failed } = this.#options;
    const size = headSize + Buffer.byteLength(message.frame ?? '');
    if (this.#waiting > 0 && this.#waiting + size > maxWaiting) {
      this.#isFull = true;
      return false;
    }
    this.#waiting += size;
    try {
      await log.append(topic, { value: { ...message, from: id }, ts: now() });
      return true;
    } catch (error) {
      failed(error);
      return false;
    } finally {
      this.#free(size);
    }
  }

  /** Those who wait go on; what was refused is made up for. */
  #free(size: number): void {
    const before = this.#waiting;
    this.#waiting -= size;
    if (before <= lowWater || this.#waiting > lowWater) return;
    if (this.#isFull) this.#options.joined();
    this.#isFull = false;
    this.#drained$.next();
  }

  /** The name of this server. */
  get id(): string {
    return this.#options.id;
  }

  close(): void {
    this.#following.unsubscribe();
  }
}
