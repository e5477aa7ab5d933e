import {
  defer,
  EMPTY,
  filter,
  finalize,
  fromEvent,
  merge,
  mergeMap,
  take,
  throwError,
  timeout as failAfter,
  type SchedulerLike,
} from 'rxjs';
import { RequestTimeoutError } from '../errors.js';
import type { Unit } from './unit.js';

/** Dependencies of {@link requests}. */
export interface RequestsOptions extends Pick<Unit, 'send' | 'on'> {
  readonly newId: () => string;
  readonly scheduler: SchedulerLike;
}

/**
 * Sends a request for each subscription and emits its answer, which it recognises by its `correlationId`.
 *
 * ```
 * answers: -a--b         (b is the one)
 * result:  ----(b|)
 * ```
 */
export const requests =
  ({ send, on, newId, scheduler }: RequestsOptions): Unit['request'] =>
  (data, { timeout = 60_000, signal } = {}) =>
    defer(() => {
      signal?.throwIfAborted();
      const { messageType, correlationId = newId() } = data;
      const answer$ = on('blobUrls').pipe(filter((answer) => answer.data.correlationId === correlationId));
      const failure$ = defer(() => {
        // Who asked does not outlive the process, so the question need not either.
        const delivery = send({ ...data, correlationId }, { keep: false });
        return delivery.status$.pipe(
          mergeMap(({ status, cause }) => (status === 'dropped' ? throwError(() => cause) : EMPTY)),
          finalize(() => delivery.withdraw()),
        );
      });
      const aborted$ = signal ? fromEvent(signal, 'abort') : EMPTY;
      return merge(answer$, failure$, aborted$.pipe(mergeMap(() => throwError((): unknown => signal?.reason)))).pipe(
        take(1),
        failAfter({
          first: timeout,
          scheduler,
          with: () => throwError(() => new RequestTimeoutError(messageType, correlationId, timeout)),
        }),
      );
    });
