import { defer, map, Subject, takeUntil, type MonoTypeOperatorFunction, type SchedulerLike } from 'rxjs';
import { ConnectTimeoutError } from '../errors.js';
import { alongside } from '../operators/alongside.js';
import { inspect } from '../operators/inspect.js';
import { after } from '../operators/lean.js';

/** Options of {@link openWithin}. */
export interface OpenWithinOptions {
  /** As it may be shown. */
  readonly url: string;
  /** The time that opening may take, in milliseconds. */
  readonly connectTimeout: number;
  readonly scheduler: SchedulerLike;
}

/**
 * Mirrors a connection that opens with its first value. No transport should complete; that counts as a close without a
 * reason.
 *
 * @throws {@link ConnectTimeoutError} or {@link ConnectionClosedError} as an error of the Observable
 */
export const openWithin =
  <T>({ url, connectTimeout, scheduler }: OpenWithinOptions): MonoTypeOperatorFunction<T> =>
  (connection$) =>
    defer(() => {
      let opened$: Subject<void> | undefined = new Subject<void>(); // released once it has emitted
      const late$ = after(connectTimeout, scheduler).pipe(
        map((): never => {
          throw new ConnectTimeoutError(url, connectTimeout);
        }),
        takeUntil(opened$),
      );
      return connection$.pipe(
        inspect(() => {
          opened$?.next();
          opened$ = undefined;
        }),
        alongside(late$),
      );
    });
