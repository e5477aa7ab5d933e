import { defer, map, type Observable } from 'rxjs';
import { AckTimeoutError, NackError } from '../errors.js';
import type { Lost, Outcome } from './ack-timeout.js';

/** A message, as far as {@link resend} reads and changes it. */
export interface Resendable {
  /** The id of the message on the wire. */
  readonly txn: string;
  /** The number of writes so far. */
  readonly transmissions: number;
  /** The number of times that it was resent for want of an ack. */
  retries: number;
  /** True from the moment it is settled. */
  settled: boolean;
}

/** The next step of a message: it is resent, or it is settled. */
export type Verdict<T> =
  /** It is to be resent. */
  | {
      readonly status: 'requeued';
      /** The message. */
      readonly message: T;
      /** The wait before it is resent, in milliseconds. */
      readonly delay: number;
      /** The error that ended its last transmission. */
      readonly cause: unknown;
    }
  /** The cloud has it. */
  | {
      readonly status: 'acknowledged';
      /** The message. */
      readonly message: T;
      /** True if the ack came while the message was waiting to be resent. */
      readonly late: boolean;
    }
  /** It is abandoned. */
  | {
      readonly status: 'dropped';
      /** The message. */
      readonly message: T;
      /** The error that it is dropped with. */
      readonly cause: unknown;
    };

/** Options of {@link resend}. */
export interface ResendOptions<T = Resendable> {
  /**
   * The most times that a message is resent for want of an ack.
   *
   * @defaultValue 3, which makes 4 transmissions (specification)
   */
  readonly maxRetries?: number;
  /**
   * The ack timeout, in milliseconds, for the message of the {@link AckTimeoutError}.
   *
   * @defaultValue 10 s
   */
  readonly timeout?: number;
  /** Returns the reason why the connection was lost, for the report. Default: unknown. */
  readonly lostCause?: () => unknown;
  /**
   * Returns the error to drop a message with whose connection was lost; undefined to resend it. Default: it is always
   * resent.
   */
  readonly judge?: (lost: Lost<T>, cause: unknown) => unknown;
}

/** The wait after a nack without a `retryAfter`, in milliseconds. A nack that asks for as much or more gets that. */
const usualWait = 500;
/** A nack that asks for less gets at least this … */
const shortestWait = 100;
/** … for the first nacks of a message, and then twice as long each time, up to this. */
const firstNacks = 3;
const longestFloor = 10_000;

/** The least wait after this nack of a message, the first being number 1. */
const floorOf = (nacks: number): number => Math.min(shortestWait * 2 ** Math.max(0, nacks - firstNacks), longestFloor);

/**
 * Judges each outcome of a transmission: an ack settles the message; no ack sends it again, three times at most; a nack
 * sends it again after its `retryAfter` and a lost connection at once, and neither costs a retry. A nack that asks for less
 * than 500 ms is obeyed after 100 ms at the earliest, and from the fourth of a message on after 200, 400, 800 ms and so on.
 *
 * ```
 * outcome: x-x-x-x-      (x: no ack in time)
 * verdict: r-r-r-d-      (r: again, d: dropped)
 * ```
 */
export const resend =
  <T extends Resendable>({
    maxRetries = 3,
    timeout = 10_000,
    lostCause = () => undefined,
    judge = () => undefined,
  }: ResendOptions<T> = {}) =>
  (outcome$: Observable<Exclude<Outcome<T>, { kind: 'unconfirmed' }>>): Observable<Verdict<T>> =>
    defer(() => {
      const nacks = new WeakMap<T, number>();
      const waitFor = (message: T, asked: number): number => {
        const count = (nacks.get(message) ?? 0) + 1;
        nacks.set(message, count);
        const floor = floorOf(count);
        return asked >= usualWait || asked > floor ? asked : floor; // also where it is no number
      };
      const verdict = (outcome: Exclude<Outcome<T>, { kind: 'unconfirmed' }>): Verdict<T> => {
        const { kind, message } = outcome;
        switch (kind) {
          case 'acknowledged':
            message.settled = true;
            return { status: 'acknowledged', message, late: outcome.late };
          case 'nacked': {
            const cause = new NackError(message.txn, outcome.retryAfter);
            return { status: 'requeued', message, delay: waitFor(message, outcome.retryAfter), cause };
          }
          case 'lost': {
            const cause = lostCause();
            const guilt = judge(outcome, cause);
            if (guilt === undefined) return { status: 'requeued', message, delay: 0, cause };
            message.settled = true;
            return { status: 'dropped', message, cause: guilt };
          }
          case 'expired': {
            const cause = new AckTimeoutError(message.txn, message.transmissions, timeout);
            if (message.retries >= maxRetries) {
              message.settled = true;
              return { status: 'dropped', message, cause };
            }
            message.retries++;
            return { status: 'requeued', message, delay: 0, cause };
          }
        }
      };
      return outcome$.pipe(map(verdict));
    });
