import {
  asyncScheduler,
  defer,
  ignoreElements,
  NEVER,
  takeUntil,
  tap,
  type MonoTypeOperatorFunction,
  type Observable,
  type SchedulerLike,
} from 'rxjs';
import { UnstableConnectionError } from '../errors.js';

/** What {@link proveStable} takes for proof. */
export interface ProveStableOptions {
  /** What proves the connection useful earlier than its age; subscribed for as long as it lives. Default: nothing. */
  readonly evidence$?: Observable<unknown>;
  /** The age that proves it, in milliseconds. Default 5 s. */
  readonly after?: number;
  /** What its timers run on. Default: `asyncScheduler`. */
  readonly scheduler?: SchedulerLike;
}

/**
 * Mirrors an open connection. An error before it has lived for 5 s or its evidence came is an UnstableConnectionError,
 * which is no success however well the connection was opened.
 *
 * ```
 * source: o 9s #     source:   o---#              source: o---#
 * result: o 9s #     evidence: --e                result: o---#   (unstable)
 *                    result:   o---#
 * ```
 *
 * @throws {@link UnstableConnectionError}
 */
export const proveStable =
  <T>({
    evidence$ = NEVER,
    after = 5000,
    scheduler = asyncScheduler,
  }: ProveStableOptions = {}): MonoTypeOperatorFunction<T> =>
  (connection$) =>
    defer(() => {
      const openedAt = scheduler.now();
      let proven = false;
      return connection$.pipe(
        // eslint-disable-next-line rxjs-x/no-unsafe-takeuntil -- tap subscribes to nothing, and judges what fails here too
        takeUntil(
          evidence$.pipe(
            tap(() => (proven = true)),
            ignoreElements(), // evidence is no reason to end
          ),
        ),
        tap({
          error: (error: unknown) => {
            if (!proven && scheduler.now() - openedAt < after) throw new UnstableConnectionError(error);
          },
        }),
      );
    });
