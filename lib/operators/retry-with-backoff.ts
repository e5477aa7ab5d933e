import { asyncScheduler, defer, NEVER, tap, type MonoTypeOperatorFunction } from 'rxjs';
import { aos, paceOf } from './backoff.js';
import { retryPolicy } from './retry-policy.js';
import type { RetryWithBackoffOptions } from './retry-options.js';

/** A completion, on its way to the operator that subscribes again. */
const completed = new Error('completed');

/**
 * Subscribes to the source again forever: at once when it completes after a success, by the backoff when it fails. A
 * success is an attempt that lived for 5 s after its first value, or the first shorter one after such an attempt; others
 * go on in the backoff, so that a source that ends right away each time is not subscribed in a hot loop. Nor is one whose
 * server asks to stay away: a close frame with another code than 1000, 1001 and 1005 always waits by the backoff.
 *
 * ```
 * source:       #         (each attempt fails at once)
 * attempts:  0s (^!)
 *            1s (^!)
 *            3s (^!)
 *            7s (^!)
 *           15s (^!)
 *           15s (^!)      (the next cycle)
 * ```
 */
export const retryWithBackoff =
  <T>({
    backoff = aos(),
    proves = () => true,
    closes = () => false,
    stableAfter = 5000,
    base = () => undefined,
    onWait = () => undefined,
    wake$ = NEVER,
    random = Math.random,
    scheduler = asyncScheduler,
  }: RetryWithBackoffOptions<T> = {}): MonoTypeOperatorFunction<T> =>
  (source$) =>
    defer(() => {
      const spacing = paceOf(backoff, stableAfter);
      const rules = { backoff, proves, stableAfter, spacing, base, wake$, random, scheduler };
      const { note, again } = retryPolicy<T>({
        ...rules,
        closes: (error) => error === completed || closes(error),
        onWait: (wait) => {
          onWait(wait.cause === completed ? { ...wait, cause: undefined } : wait);
        },
      });
      const complete = () => {
        throw completed;
      };
      return source$.pipe(tap({ next: note, complete }), again);
    });
