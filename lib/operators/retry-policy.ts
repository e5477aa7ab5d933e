import { defer, EMPTY, mergeMap, retryWhen, take, tap, type MonoTypeOperatorFunction, type Observable } from 'rxjs';
import { asksToStayAway, retryAfterOf, UnstableConnectionError } from '../errors.js';
import { after, mergeOf } from './lean.js';
import { firstStep, provenStep, type BackoffContext } from './backoff.js';
import type { RetryWithBackoffOptions, Wait } from './retry-options.js';

/** So many links that did not last may follow each other without a wait; from there on each waits for its turn. */
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
  return mergeOf(wake$, told$, after(wait.delay, scheduler));
};

/** What the network cuts at a lower age may have been turned away by the other side, in milliseconds. */
const lossAfter = 500;

/** What becomes of the attempts of one subscriber. */
export interface RetryPolicy<T> {
  /** To be called with each value of an attempt. */
  readonly note: (value: T) => void;
  /** Subscribes again whenever an attempt has failed, after its wait. */
  readonly again: <V>(attempt$: Observable<V>) => Observable<V>;
  /** The time until the next attempt may follow one that has not lasted so far, in milliseconds; 0 once it has. */
  readonly pace: () => number;
}

/** The rules of a policy. */
export interface RetryPolicyOptions<T> extends Required<RetryWithBackoffOptions<T>> {
  /** The time between two attempts, once six were proven and did not last, in milliseconds. */
  readonly spacing: number;
  /** Whether an end is the fault of the network: what was open for half a second then has lasted. Default: none is. */
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
  let turn = -Infinity; // of the next attempt, were there no burst
  let isCounted = false; // the proven attempt, as one that did not last
  const context = (error?: unknown): BackoffContext => ({ random, base: base(), retryAfter: retryAfterOf(error) });
  const woken$ = wake$.pipe(tap(() => (step = firstStep)));
  const wait = (attempt: number, delay: number, cause: unknown) =>
    waiting({ attempt, delay, cause }, { onWait, wake$: woken$, scheduler });
  const lasted = (least: number) => provenAt !== undefined && scheduler.now() - provenAt >= least;
  const pace = (hasLasted = lasted(stableAfter)) => {
    if (provenAt === undefined || hasLasted) return 0;
    if (!isCounted) turn = Math.max(turn, scheduler.now()) + spacing;
    isCounted = true;
    return turn - spacing * (burst - 1) - scheduler.now();
  };
  const end = () => {
    provenAt = undefined;
    isCounted = false;
  };
  const waitAfter = (error: unknown) => {
    const isClean = closes(error);
    const brought = (provenAt !== undefined || isClean) && !(error instanceof UnstableConnectionError);
    const wasCut = isLoss(error) && lasted(Math.min(lossAfter, stableAfter));
    const hasLasted = wasCut || lasted(stableAfter);
    if (wasCut) turn = -Infinity;
    const least = pace(hasLasted);
    end();
    const isSuccess = hasLasted || (mayBeShort && brought);
    if (isSuccess) mayBeShort = hasLasted;
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
      if (!isProof && provenAt !== undefined) {
        step = firstStep;
        pace();
        end();
      }
      if (isProof) provenAt ??= scheduler.now();
    },
    again: again(waitAfter),
    pace: () => pace(),
  };
};
