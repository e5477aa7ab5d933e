import {
  asyncScheduler,
  catchError,
  defer,
  type MonoTypeOperatorFunction,
  type Observable,
  type SchedulerLike,
} from 'rxjs';
import { UnstableConnectionError } from '../errors.js';
import { alongside } from './alongside.js';
import { consume } from './consume.js';
import { inspect } from './inspect.js';

/** Options of {@link proveStable}. */
export interface ProveStableOptions {
  /**
   * A value proves the connection useful before it has the age; subscribed as long as the connection.
   *
   * @defaultValue Never emits.
   */
  readonly evidence$?: Observable<unknown>;
  /**
   * Returns true if the connection has proved useful; asked when it fails before it has the age. Cheaper than `evidence$`,
   * which takes 1 KiB for each connection.
   *
   * @defaultValue Evidence alone proves it.
   */
  readonly isProven?: () => boolean;
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
  evidence$,
  isProven = () => false,
  after = 5000,
  scheduler = asyncScheduler,
}: ProveStableOptions = {}): MonoTypeOperatorFunction<T> => {
  if (evidence$ === undefined) return judgeStable({ isProven, after, scheduler });
  return (connection$) =>
    defer(() => {
      let hasEvidence = false;
      return connection$.pipe(
        alongside(evidence$.pipe(consume(() => (hasEvidence = true)))),
        judgeStable({ isProven: () => hasEvidence || isProven(), after, scheduler }),
      );
    });
};

type Judgement = Required<Omit<ProveStableOptions, 'evidence$'>>;

/** {@link proveStable} without evidence and defaults. */
export const judgeStable =
  <T>(options: Judgement): MonoTypeOperatorFunction<T> =>
  (connection$) =>
    defer(() => judge(connection$, options));

// Apart from the operator: what lives as long as the connection would keep the way to it as well.
const judge = <T>(connection$: Observable<T>, { isProven, after, scheduler }: Judgement): Observable<T> => {
  let openedAt: number | undefined;
  return connection$.pipe(
    inspect(() => (openedAt ??= scheduler.now())),
    catchError((error: unknown) => {
      const age = openedAt === undefined ? Infinity : scheduler.now() - openedAt;
      throw age < after && !isProven() ? new UnstableConnectionError(error) : error;
    }),
  );
};
