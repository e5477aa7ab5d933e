import {
  asyncScheduler,
  defer,
  NEVER,
  tap,
  type MonoTypeOperatorFunction,
  type Observable,
  type SchedulerLike,
} from 'rxjs';
import { UnstableConnectionError } from '../errors.js';
import { alongside } from './alongside.js';
import { consume } from './consume.js';

/** Options of {@link proveStable}. */
export interface ProveStableOptions {
  /**
   * A value proves the connection useful before it has the age; subscribed as long as the connection.
   *
   * @defaultValue Never emits.
   */
  readonly evidence$?: Observable<unknown>;
  /**
   * The age that proves it, in milliseconds from its first value.
   *
   * @defaultValue 5 s
   */
  readonly after?: number;
  /**
   * The clock.
   *
   * @defaultValue `asyncScheduler`
   */
  readonly scheduler?: SchedulerLike;
}

/**
 * Mirrors a connection, which is open from its first value on. An error before it has been open for 5 s or its evidence came
 * is an UnstableConnectionError, which is no success however well the connection was opened. An error before the first value
 * passes as it is.
 *
 * ```
 * source: o 9s #     source:   o---#              source: o---#
 * result: o 9s #     evidence: --e                result: o---#   (unstable)
 *                    result:   o---#
 * ```
 *
 * @param options - The age, and the evidence that proves a connection before.
 * @returns An operator that mirrors a connection.
 * @throws {@link UnstableConnectionError} as an error of the Observable
 *
 * @example
 * ```ts
 * connection$.pipe(proveStable({ evidence$: message$ }));
 * ```
 */
export const proveStable = <T>({
  evidence$ = NEVER,
  after = 5000,
  scheduler = asyncScheduler,
}: ProveStableOptions = {}): MonoTypeOperatorFunction<T> => judgeStable({ evidence$, after, scheduler });

/** {@link proveStable} for those who know all of its options. */
export const judgeStable =
  <T>({ evidence$, after, scheduler }: Required<ProveStableOptions>): MonoTypeOperatorFunction<T> =>
  (connection$) =>
    defer(() => {
      let openedAt: number | undefined;
      let isProven = false;
      return connection$.pipe(
        alongside(evidence$.pipe(consume(() => (isProven = true)))),
        tap({
          next: () => (openedAt ??= scheduler.now()),
          error: (error: unknown) => {
            const age = openedAt === undefined ? Infinity : scheduler.now() - openedAt;
            if (!isProven && age < after) throw new UnstableConnectionError(error);
          },
        }),
      );
    });
