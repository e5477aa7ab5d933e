import {
  asyncScheduler,
  catchError,
  concat,
  defer,
  EMPTY,
  endWith,
  map,
  merge,
  of,
  switchAll,
  take,
  throwError,
  timer,
  type Observable,
  type SchedulerLike,
} from 'rxjs';
import { UnstableConnectionError } from '../errors.js';

/** What {@link proveStable} takes for proof. */
export interface ProveStableOptions<T, P> {
  /** Emitted once the connection has proved useful. */
  readonly proof: P;
  /** What proves it earlier than its age. */
  readonly evidence: (connection: T) => Observable<unknown>;
  /** The age that proves it, in milliseconds. Default 5 s. */
  readonly after?: number;
  readonly scheduler?: SchedulerLike;
}

/**
 * Mirrors a connection and adds a proof once it has lived for 5 s or its evidence came; an error before that is an
 * UnstableConnectionError, which is no success however well the connection was opened.
 *
 * ```
 * source: o 9s #            source: o-#
 * result: o 4999ms p 4s #   result: o-#   (unstable)
 * ```
 *
 * @throws {@link UnstableConnectionError}
 */
export const proveStable =
  <T, P>({ proof, evidence, after = 5000, scheduler = asyncScheduler }: ProveStableOptions<T, P>) =>
  (connection$: Observable<T>): Observable<T | P> =>
    defer(() => {
      let opened = false;
      let proven = false;
      const prove = (connection: T) =>
        merge(evidence(connection), timer(after, scheduler)).pipe(
          take(1),
          map(() => {
            proven = true;
            return proof;
          }),
        );
      return connection$.pipe(
        map((connection) => {
          opened = true;
          return concat(
            of(connection),
            defer(() => prove(connection)),
          );
        }),
        endWith(EMPTY), // with the connection ends the wait for its proof
        switchAll(),
        catchError((error: unknown) =>
          throwError(() => (opened && !proven ? new UnstableConnectionError(error) : error)),
        ),
      );
    });
