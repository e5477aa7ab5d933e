import { concatMap, defer, EMPTY, retryWhen, take, type MonoTypeOperatorFunction, type Observable } from 'rxjs';
import { retryAfterOf, UnstableConnectionError } from '../errors.js';
import { firstStep, provenStep, type BackoffContext } from './backoff.js';
import { merge } from './merge.js';
import type { RetryWithBackoffOptions } from './retry-with-backoff.js';
import { tap } from './tap.js';
import { timer } from './timer.js';

/** A completion, on its way to the one operator that subscribes again. */
export const completed: Error = new Error('completed');

/** Subscribes again after each error, once the wait for it has emitted; fails with a wait that fails. */
export const again = <T>(wait: (error: unknown) => Observable<unknown>): MonoTypeOperatorFunction<T> =>
  // retry({ delay }) succeeds retryWhen and could take its place here, error for error.
  // eslint-disable-next-line @typescript-eslint/no-deprecated -- the operator the project was asked to build on
  retryWhen(
    (error$) => error$.pipe(concatMap((error: unknown) => wait(error).pipe(take(1)))), // one emission an error, or there would be two attempts
  );

/** What becomes of the attempts of one subscriber. */
export interface RetryPolicy<T> {
  /** To be told of each value of an attempt. */
  readonly note: (value: T) => void;
  /** Subscribes again whenever an attempt has failed, {@link completed} included, after its wait. */
  readonly again: <V>(attempt$: Observable<V>) => Observable<V>;
}

/**
 * The rules of {@link retryWithBackoff}, for sources that tell of their values where they arise: what sees each value on
 * its way has to be kept as long as the source lives.
 */
export const retryPolicy = <T>({
  backoff,
  proves,
  closes,
  base,
  onWait,
  wake$,
  random,
  scheduler,
}: Required<RetryWithBackoffOptions<T>>): RetryPolicy<T> => {
  let step = firstStep;
  let proven = false;
  const context = (error?: unknown): BackoffContext => ({ random, base: base(), retryAfter: retryAfterOf(error) });
  const wait = (attempt: number, delay: number, cause: unknown) => {
    const woken$ = wake$.pipe(tap(() => (step = firstStep)));
    // Who is told of the wait may end it.
    const told$ = defer(() => {
      onWait({ attempt, delay, cause });
      return EMPTY;
    });
    return merge(woken$, told$, timer(delay, scheduler));
  };
  const waitAfter = (error: unknown) => {
    const succeeded = proven && !(error instanceof UnstableConnectionError);
    proven = false;
    if (error === completed || closes(error)) {
      step = firstStep;
      return wait(1, backoff.afterClose(context()), error === completed ? undefined : error);
    }
    step = backoff.next(succeeded ? provenStep : step, context(error));
    return wait(step.attempt, step.delay, error);
  };
  return {
    note: (value) => {
      const wasProven = proven;
      proven = proves(value);
      if (wasProven && !proven) step = firstStep;
    },
    again: again(waitAfter),
  };
};
