import { asyncScheduler, defer, NEVER, tap, type OperatorFunction } from 'rxjs';
import { retryAfterOf } from '../errors.js';
import { AttemptPace } from './attempt-pace.js';
import { aos, firstStep, provenStep, spacingOf, type Backoff, type BackoffContext } from './backoff.js';
import { retryBy, type EndedAttempt, type RetryRules } from './retry-by.js';
import type { RetryWithBackoffOptions, Wait } from './retry-options.js';

/** A completion, passed as an error to the operator that subscribes again. */
const completion = new Error('completed');

/**
 * Subscribes to the source again forever: at once when it completes after a success, by the backoff when it fails. A
 * success is an attempt that lived for 5 s after its first value, or the first shorter one after such an attempt; others
 * stay in the backoff, so that a source that ends right away each time is not subscribed in a hot loop. A source whose
 * server asks to stay away is not either: a close frame with another code than 1000, 1001 and 1005 always waits by the
 * backoff.
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
 *
 * With `emitWait` each wait is emitted as a value:
 *
 * ```
 * source:   #
 * result:   w 999ms w 1999ms w
 * ```
 *
 * @param options - The backoff, and the rules by which an attempt is a success.
 * @returns An operator whose result neither completes nor fails, as long as `proves`, `emitWait` and the other functions do
 * not throw.
 *
 * @example
 * ```ts
 * socket$.pipe(retryWithBackoff({ onWait: ({ attempt, delay }) => console.log(attempt, delay) }));
 * ```
 */
export const retryWithBackoff = <T, W = never>(
  options: RetryWithBackoffOptions<T, W> = {},
): OperatorFunction<T, T | W> => {
  const { backoff = aos(), stableAfter = 5000, scheduler = asyncScheduler } = options;
  const { proves = () => true, begins = (value: T) => !proves(value) } = options;
  const complete = () => {
    throw completion;
  };
  return (source$) =>
    defer(() => {
      const rules: RetryRules<T, W> = {
        proves,
        begins,
        isLoss: options.isLoss ?? (() => false),
        wake$: options.wake$ ?? NEVER,
        pace: options.pace ?? new AttemptPace({ stableAfter, spacing: spacingOf(backoff, stableAfter), scheduler }),
        scheduler,
        ...cycleOf(options, backoff),
      };
      return source$.pipe(tap({ complete }), retryBy(rules));
    });
};

/** The position of one subscriber in the cycles of a backoff, which makes a wait of each error. */
const cycleOf = <T, W>(
  options: RetryWithBackoffOptions<T, W>,
  backoff: Backoff,
): Pick<RetryRules<T, W>, 'closes' | 'restart' | 'waitAfter'> => {
  const { closes, base, random = Math.random, onWait, emitWait } = options;
  let step = firstStep;
  const context = (error?: unknown): BackoffContext => ({ random, base: base?.(), retryAfter: retryAfterOf(error) });
  const isClean = (error: unknown) => error === completion || closes?.(error) === true;
  const restart = () => {
    step = firstStep;
  };
  const next = (error: unknown, { isSuccess, isRefusal }: EndedAttempt): Pick<Wait, 'attempt' | 'delay'> => {
    if (isSuccess && isClean(error) && !isRefusal) {
      restart();
      return { attempt: 1, delay: backoff.afterClose(context()) };
    }
    step = backoff.next(!isSuccess ? step : isRefusal ? firstStep : provenStep, context(error));
    return step;
  };
  return {
    closes: isClean,
    restart,
    waitAfter: (error, ended) => {
      const { attempt, delay } = next(error, ended);
      const wait = { attempt, delay: Math.max(delay, ended.least), cause: error === completion ? undefined : error };
      const notice$ = defer(() => {
        onWait?.(wait);
        return emitWait ? [emitWait(wait)] : [];
      });
      return [wait.delay, notice$];
    },
  };
};
