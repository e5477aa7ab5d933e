import { defer, EMPTY, mergeMap, retryWhen, take, type MonoTypeOperatorFunction, type Observable } from 'rxjs';
import { asksToStayAway, retryAfterOf, UnstableConnectionError } from '../errors.js';
import { firstStep, provenStep, type BackoffContext } from './backoff.js';
import { merge } from './merge.js';
import type { RetryWithBackoffOptions, Wait } from './retry-with-backoff.js';
import { tap } from './tap.js';
import { timer } from './timer.js';

/** So many successes may come one right after the other; from there on each has to wait for its turn. */
const burst = 6;

/** Subscribes again after each error, once the wait for it has emitted; fails with a wait that fails. */
export const again = <T>(wait: (error: unknown) => Observable<unknown>): MonoTypeOperatorFunction<T> =>
  // retry({ delay }) succeeds retryWhen and could take its place here, error for error.
  // eslint-disable-next-line @typescript-eslint/no-deprecated -- the operator the project was asked to build on
  retryWhen(
    (error$) => error$.pipe(mergeMap((error: unknown) => wait(error).pipe(take(1)), 1)), // one emission an error, or there would be two attempts
  );

/** Tells of a wait, and emits once it is over, or a value of `wake$` ends it. */
export const waiting = (
  wait: Wait,
  { onWait, wake$, scheduler }: Pick<RetryPolicyOptions<unknown>, 'onWait' | 'wake$' | 'scheduler'>,
): Observable<unknown> => {
  // The one who is called with the wait may end it.
  const told$ = defer(() => {
    onWait(wait);
    return EMPTY;
  });
  return merge(wake$, told$, timer(wait.delay, scheduler));
};

/** What is lost at a lesser age, in milliseconds, may as well be turned away by the other side. */
const lossAfter = 1000;

/** What becomes of the attempts of one subscriber. */
export interface RetryPolicy<T> {
  /** To be called with each value of an attempt. */
  readonly note: (value: T) => void;
  /** Subscribes again whenever an attempt has failed, after its wait. */
  readonly again: <V>(attempt$: Observable<V>) => Observable<V>;
  /** The time until a further success may follow, in milliseconds. */
  readonly pace: () => number;
}

/** The rules of a policy. */
export interface RetryPolicyOptions<T> extends Required<RetryWithBackoffOptions<T>> {
  /** The time from one success to the next after six in a row, in milliseconds. */
  readonly spacing: number;
  /** Whether an end is the fault of the network: what was open then for a second counts as a success. Default: none is. */
  readonly isLoss?: (error: unknown) => boolean;
}

/**
 * The rules of {@link retryWithBackoff}, for sources that tell of their values where they arise: what sees each value on
 * its way has to be kept as long as the source lives.
 */
export const retryPolicy = <T>({
  backoff,
  proves,
  closes,
  stableAfter,
  spacing,
  isLoss = () => false,
  base,
  onWait,
  wake$,
  random,
  scheduler,
}: RetryPolicyOptions<T>): RetryPolicy<T> => {
  let step = firstStep;
  let provenAt: number | undefined;
  let mayBeShort = true; // one success, until another has lasted
  let turn = -Infinity; // of the next success, were there no burst
  const context = (error?: unknown): BackoffContext => ({ random, base: base(), retryAfter: retryAfterOf(error) });
  const pace = () => turn - spacing * (burst - 1) - scheduler.now();
  const woken$ = wake$.pipe(tap(() => (step = firstStep)));
  const wait = (attempt: number, delay: number, cause: unknown) =>
    waiting({ attempt, delay, cause }, { onWait, wake$: woken$, scheduler });
  const waitAfter = (error: unknown) => {
    const wasLost = provenAt !== undefined && scheduler.now() - provenAt >= lossAfter && isLoss(error);
    const lasted = provenAt !== undefined && (wasLost || scheduler.now() - provenAt >= stableAfter);
    const isClean = closes(error);
    const isShort = (provenAt !== undefined || isClean) && !(error instanceof UnstableConnectionError);
    const isSuccess = lasted || (mayBeShort && isShort);
    // Without a success before it there is nothing to be slowed down.
    const least = provenAt === undefined || wasLost ? 0 : pace();
    if (isSuccess) mayBeShort = lasted;
    provenAt = undefined;
    const isRefusal = asksToStayAway(error);
    if (isSuccess && isClean && !isRefusal) {
      step = firstStep;
      return wait(1, Math.max(backoff.afterClose(context()), least), error);
    }
    step = backoff.next(!isSuccess ? step : isRefusal ? firstStep : provenStep, context(error));
    return wait(step.attempt, Math.max(step.delay, least), error);
  };
  return {
    note: (value) => {
      const isProof = proves(value);
      if (!isProof && provenAt !== undefined) step = firstStep;
      if (isProof && provenAt === undefined) turn = Math.max(turn, scheduler.now()) + spacing;
      provenAt = isProof ? (provenAt ?? scheduler.now()) : undefined;
    },
    again: again(waitAfter),
    pace,
  };
};
