import type { Observable, ObservableInput, OperatorFunction, SchedulerLike } from 'rxjs';
import { asksToStayAway, UnstableConnectionError } from '../errors.js';
import { lossAfter, type AttemptPace } from './attempt-pace.js';
import { inspect } from './inspect.js';
import { after, mergeOf } from './lean.js';
import { resubscribe } from './resubscribe.js';

/** An attempt that has ended. */
export interface EndedAttempt {
  /** True if it had its proof. */
  readonly isProven: boolean;
  /** True if it had its proof, and its end does not deny it. */
  readonly hasBrought: boolean;
  /** True if it lived long enough after its proof. */
  readonly hasLasted: boolean;
  /** True if it has lasted, or is the first proven one since such an attempt that has not. */
  readonly isSuccess: boolean;
  /** True if the server asks to stay away for now. */
  readonly isRefusal: boolean;
  /** The least time to the next attempt, in milliseconds. */
  readonly least: number;
}

/** The rules of {@link retryBy}. */
export interface RetryRules<T, Notice> {
  /** Returns true if a value proves that the attempt was a success. */
  readonly proves: (value: T) => boolean;
  /** Returns true if a value after a proof belongs to a new attempt. */
  readonly begins: (value: T) => boolean;
  /** Returns true if an error counts as a proof. */
  readonly closes: (error: unknown) => boolean;
  /** Returns true if an error is a loss that only the network can have caused. */
  readonly isLoss: (error: unknown) => boolean;
  /** Returns the wait after an attempt, in milliseconds, and what is emitted once it has begun. */
  readonly waitAfter: (
    error: unknown,
    attempt: EndedAttempt,
  ) => readonly [delay: number, notices?: ObservableInput<Notice>];
  /** Called when a new cycle of waits begins. */
  readonly restart: () => void;
  /** A value ends a wait at once, and begins a new cycle. */
  readonly wake$: Observable<unknown>;
  readonly pace: AttemptPace;
  readonly scheduler: SchedulerLike;
}

/** Subscribes to the source again after each error, and judges each attempt for the rule of waits. For one subscriber. */
export const retryBy = <T, Notice>({
  proves,
  begins,
  closes,
  isLoss,
  waitAfter,
  restart,
  wake$,
  pace,
  scheduler,
}: RetryRules<T, Notice>): OperatorFunction<T, T | Notice> => {
  let mayBeShort = true; // one success, until another has lasted

  const end = (error: unknown): EndedAttempt => {
    const isProven = pace.isProven();
    const hasBrought = (isProven || closes(error)) && !(error instanceof UnstableConnectionError);
    if (isLoss(error) && pace.hasLasted(lossAfter)) pace.forgive();
    const hasLasted = pace.hasLasted();
    const least = pace.left();
    pace.end();
    const isSuccess = hasLasted || (mayBeShort && hasBrought);
    if (isSuccess) mayBeShort = hasLasted;
    return { isProven, hasBrought, hasLasted, isSuccess, isRefusal: asksToStayAway(error), least };
  };
  const wakeUp$ = wake$.pipe(inspect(restart));

  return (source$) =>
    source$.pipe(
      inspect((value) => {
        if (pace.isProven() && begins(value)) {
          restart();
          pace.left();
          pace.end();
        }
        if (proves(value)) pace.prove();
      }),
      resubscribe((error) => {
        const [delay, notices] = waitAfter(error, end(error));
        return [mergeOf(wakeUp$, after(delay, scheduler)), notices];
      }),
    );
};
