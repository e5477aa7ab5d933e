import { map, type Observable } from 'rxjs';
import { AckTimeoutError, NackError } from '../errors.js';
import type { Outcome } from './ack-timeout.js';

/** What the resend policy must know of a message, and what it notes on it. */
export interface Resendable {
  readonly txn: string;
  /** How often the message was written. */
  readonly transmissions: number;
  /** How often it was sent again for want of an ack. */
  retries: number;
  /** True from the moment its fate is final. */
  settled: boolean;
}

/** What is to happen with a message: again after `delay` milliseconds, or nothing more. */
export type Verdict<T> =
  | { readonly status: 'requeued'; readonly message: T; readonly delay: number; readonly cause: unknown }
  | { readonly status: 'acknowledged'; readonly message: T; readonly late: boolean }
  | { readonly status: 'dropped'; readonly message: T; readonly cause: unknown };

/** How often {@link resend} lets a message try. */
export interface ResendOptions {
  /** Default 3, which makes 4 transmissions (specification). */
  readonly maxRetries?: number;
  /** The ack timeout in milliseconds, for the error that tells of it. */
  readonly timeout?: number;
  /** Why the connection was lost, for the report. Default: unknown. */
  readonly lostCause?: () => unknown;
}

/**
 * Judges each outcome of a transmission: an ack settles the message; no ack sends it again, three times at most; a nack
 * sends it again after its `retryAfter` and a lost connection at once, and neither costs a retry.
 *
 * ```
 * outcome: x-x-x-x-      (x: no ack in time)
 * verdict: r-r-r-d-      (r: again, d: dropped)
 * ```
 */
export const resend =
  <T extends Resendable>({ maxRetries = 3, timeout = 10_000, lostCause = () => undefined }: ResendOptions = {}) =>
  (outcome$: Observable<Exclude<Outcome<T>, { kind: 'silent' }>>): Observable<Verdict<T>> =>
    outcome$.pipe(
      map((outcome): Verdict<T> => {
        const { kind, message } = outcome;
        switch (kind) {
          case 'acknowledged':
            message.settled = true;
            return { status: 'acknowledged', message, late: outcome.late };
          case 'nacked': {
            const cause = new NackError(message.txn, outcome.retryAfter);
            return { status: 'requeued', message, delay: outcome.retryAfter, cause };
          }
          case 'lost':
            return { status: 'requeued', message, delay: 0, cause: lostCause() };
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
      }),
    );
