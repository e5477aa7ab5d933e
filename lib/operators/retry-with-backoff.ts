import {
  asyncScheduler,
  defer,
  NEVER,
  tap,
  type Observable,
  type MonoTypeOperatorFunction,
  type SchedulerLike,
} from 'rxjs';
import { aos, paceOf, type Backoff } from './backoff.js';
import { retryPolicy } from './retry-policy.js';

/** A completion, on its way to the operator that subscribes again. */
const completed = new Error('completed');

/** A wait between two attempts. */
export interface Wait {
  /** The number in its cycle of the attempt that comes after the wait, from 1. */
  readonly attempt: number;
  /** In milliseconds. */
  readonly delay: number;
  /** The error that ended the attempt before; `undefined` where it completed without one. */
  readonly cause: unknown;
}

/** How {@link retryWithBackoff} waits. */
export interface RetryWithBackoffOptions<T> {
  /** The rule of the waits. Default {@link aos}. */
  readonly backoff?: Backoff;
  /**
   * Whether a value proves that the attempt was a success, so that the next failure begins a new cycle, unless that is
   * an UnstableConnectionError. A value that proves nothing, after one that did, belongs to a new attempt. Default:
   * every value.
   */
  readonly proves?: (value: T) => boolean;
  /** Whether an error is a clean close, which counts as completion. Default: none. */
  readonly closes?: (error: unknown) => boolean;
  /**
   * How long an attempt has to live after its proof to be a success whatever came before, in milliseconds. Default 5 s.
   * Of shorter ones in a row only the first is one; after six short ones each attempt comes twice this time after the
   * one before, or ten times the first delay of the backoff where that is less.
   */
  readonly stableAfter?: number;
  /** The first delay that the cloud asks for at the moment, in milliseconds. Default: none. */
  readonly base?: () => number | undefined;
  /** Told of each wait as it begins. */
  readonly onWait?: (wait: Wait) => void;
  /** A value ends a wait at once, and the attempt after it is the first of its cycle. Default: none. */
  readonly wake$?: Observable<unknown>;
  /** Default `Math.random`. */
  readonly random?: () => number;
  /** What its timers run on. Default: `asyncScheduler`. */
  readonly scheduler?: SchedulerLike;
}

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
