import type { Observable, SchedulerLike } from 'rxjs';
import type { Backoff } from './backoff.js';

/** A wait between two attempts. */
export interface Wait {
  /** The number in its cycle of the attempt that comes after the wait, from 1. */
  readonly attempt: number;
  /** In milliseconds. */
  readonly delay: number;
  /** The error that ended the attempt before; `undefined` where it completed without one. */
  readonly cause: unknown;
}

/** How `retryWithBackoff` waits. */
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
