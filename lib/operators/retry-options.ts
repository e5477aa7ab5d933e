import type { Observable, SchedulerLike } from 'rxjs';
import type { AttemptPace } from './attempt-pace.js';
import type { Backoff } from './backoff.js';

/** A wait between two attempts. */
export interface Wait {
  /** The number in its cycle of the attempt that comes after the wait, from 1. */
  readonly attempt: number;
  /** In milliseconds. */
  readonly delay: number;
  /** The error that ended the attempt before; `undefined` if it completed. */
  readonly cause: unknown;
}

/** Options of `retryWithBackoff`. */
export interface RetryWithBackoffOptions<T, W = never> {
  /**
   * The rule that computes the waits.
   *
   * @defaultValue {@link aos}
   */
  readonly backoff?: Backoff;
  /**
   * Returns true if a value proves that the attempt was a success, so that the next failure begins a new cycle, unless that
   * failure is an UnstableConnectionError.
   *
   * @defaultValue Every value.
   */
  readonly proves?: (value: T) => boolean;
  /**
   * Returns true if a value after a proof belongs to a new attempt, for a source that makes further attempts by itself.
   *
   * @defaultValue Every value that proves nothing.
   */
  readonly begins?: (value: T) => boolean;
  /**
   * Returns true if an error is a clean close, which counts as completion.
   *
   * @defaultValue No error.
   */
  readonly closes?: (error: unknown) => boolean;
  /**
   * Returns true if an error is a loss that only the network can have caused: such an attempt is a success if it lived for
   * half a second after its proof.
   *
   * @defaultValue No error.
   */
  readonly isLoss?: (error: unknown) => boolean;
  /**
   * The time an attempt has to live after its proof to be a success whatever came before, in milliseconds. Of shorter ones
   * in a row only the first is one; after six short ones each attempt comes twice this time after the one before, or ten
   * times the first delay of the backoff if that is less.
   *
   * @defaultValue 5 s
   */
  readonly stableAfter?: number;
  /**
   * The pace of the attempts, if anything else goes by it too.
   *
   * @internal
   * @defaultValue One of its own for each subscriber.
   */
  readonly pace?: AttemptPace;
  /**
   * Returns the first delay that the server asks for at the moment, in milliseconds.
   *
   * @defaultValue None.
   */
  readonly base?: () => number | undefined;
  /** Called with each wait when it begins. */
  readonly onWait?: (wait: Wait) => void;
  /** Makes a value of each wait, which is emitted when the wait begins. Without it, waits are not emitted. */
  readonly emitWait?: (wait: Wait) => W;
  /**
   * A value ends a wait at once, and the attempt after it is the first of its cycle.
   *
   * @defaultValue Never emits.
   */
  readonly wake$?: Observable<unknown>;
  /**
   * Returns random numbers from 0 to 1.
   *
   * @defaultValue `Math.random`
   */
  readonly random?: () => number;
  /**
   * The scheduler of the timers.
   *
   * @defaultValue `asyncScheduler`
   */
  readonly scheduler?: SchedulerLike;
}
