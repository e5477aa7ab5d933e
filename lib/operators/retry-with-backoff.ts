import { asyncScheduler, defer, EMPTY, NEVER, Subject, tap, type Observable, type OperatorFunction } from 'rxjs';
import { after, mergeOf } from './lean.js';
import { asksToStayAway, retryAfterOf, UnstableConnectionError } from '../errors.js';
import { AttemptPace, lossAfter } from './attempt-pace.js';
import { aos, firstStep, provenStep, spacingOf, type BackoffContext } from './backoff.js';
import { resubscribe } from './resubscribe.js';
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
export const retryWithBackoff = <T, W = never>({
  onWait = () => undefined,
  emitWait,
  wake$ = NEVER,
  scheduler = asyncScheduler,
  ...options
}: RetryWithBackoffOptions<T, W> = {}): OperatorFunction<T, T | W> => {
  const complete = () => {
    throw completion;
  };
  return (source$) =>
    defer(() => {
      const waiting$ = new Subject<W>();
      const cycle = retryCycle({ scheduler, ...options });
      const wakeUp$ = wake$.pipe(tap(cycle.restart));
      const wait = (error: unknown) => {
        const next = cycle.waitAfter(error);
        const begin = () => {
          onWait(next);
          if (emitWait) waiting$.next(emitWait(next));
        };
        return waitFor(next.delay, { begin, wake$: wakeUp$, scheduler });
      };
      const attempt$ = source$.pipe(tap({ next: cycle.onValue, complete }), resubscribe(wait));
      return mergeOf(waiting$, attempt$);
    });
};

/** Calls `begin`, and emits once so many milliseconds are over or `wake$` has emitted, which `begin` may cause. */
export const waitFor = (
  delay: number,
  {
    begin,
    wake$,
    scheduler,
  }: Pick<Required<RetryWithBackoffOptions<unknown>>, 'wake$' | 'scheduler'> & { readonly begin: () => void },
): Observable<unknown> => {
  const begun$ = defer(() => {
    begin();
    return EMPTY;
  });
  return mergeOf(wake$, begun$, after(delay, scheduler));
};

/** The position of one subscriber in the cycles of its attempts. */
interface RetryCycle<T> {
  /** Judges the attempt by a value of it. */
  readonly onValue: (value: T) => void;
  /** Ends the attempt with its error, and returns the wait before the next one. */
  readonly waitAfter: (error: unknown) => Wait;
  /** Begins a new cycle. */
  readonly restart: () => void;
}

const retryCycle = <T>({
  backoff = aos(),
  proves = () => true,
  begins = (value) => !proves(value),
  closes = () => false,
  isLoss = () => false,
  stableAfter = 5000,
  base = () => undefined,
  random = Math.random,
  scheduler = asyncScheduler,
  pace = new AttemptPace({ stableAfter, spacing: spacingOf(backoff, stableAfter), scheduler }),
}: RetryWithBackoffOptions<T>): RetryCycle<T> => {
  let step = firstStep;
  let mayBeShort = true; // one success, until another has lasted
  const context = (error?: unknown): BackoffContext => ({ random, base: base(), retryAfter: retryAfterOf(error) });
  const isClean = (error: unknown) => error === completion || closes(error);

  /** Ends the attempt; returns whether it was a success, and the least time to the next one. */
  const end = (error: unknown) => {
    const hasBrought = (pace.isProven || isClean(error)) && !(error instanceof UnstableConnectionError);
    if (isLoss(error) && pace.hasLasted(Math.min(lossAfter, stableAfter))) pace.forgive();
    const hasLasted = pace.hasLasted();
    const least = pace.left();
    pace.end();
    const isSuccess = hasLasted || (mayBeShort && hasBrought);
    if (isSuccess) mayBeShort = hasLasted;
    return { isSuccess, least };
  };
  return {
    onValue: (value) => {
      if (pace.isProven && begins(value)) {
        step = firstStep;
        pace.left();
        pace.end();
      }
      if (proves(value)) pace.prove();
    },
    waitAfter: (error) => {
      const { isSuccess, least } = end(error);
      const isRefusal = asksToStayAway(error);
      const cause = error === completion ? undefined : error;
      if (isSuccess && isClean(error) && !isRefusal) {
        step = firstStep;
        return { attempt: 1, delay: Math.max(backoff.afterClose(context()), least), cause };
      }
      step = backoff.next(!isSuccess ? step : isRefusal ? firstStep : provenStep, context(error));
      return { attempt: step.attempt, delay: Math.max(step.delay, least), cause };
    },
    restart: () => {
      step = firstStep;
    },
  };
};
