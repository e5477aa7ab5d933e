import { defer, from, retry, type Subscription, switchMap, timer } from 'rxjs';
import type { DashboardLog } from '../log.js';

/** The topic of the log by which servers of units speak to each other. */
const topic = 'units:exchange';
const retryWait = 500;

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
  /** Called when this server hears the others, at first and again after the log had lost everything. */
  readonly joined: () => void;
  readonly failed: (error: unknown) => void;
}

/** The way between servers of units that share a log. */
export class ExchangeTopic {
  readonly #options: ExchangeTopicOptions;
  readonly #following: Subscription;

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

  /** Says something; resolves with false if the log did not take it. */
  async say(message: Omit<ExchangeMessage, 'from'>): Promise<boolean> {
    const { log, id, now, failed } = this.#options;
    try {
      await log.append(topic, { value: { ...message, from: id }, ts: now() });
      return true;
    } catch (error) {
      failed(error);
      return false;
    }
  }

  /** The name of this server. */
  get id(): string {
    return this.#options.id;
  }

  close(): void {
    this.#following.unsubscribe();
  }
}
