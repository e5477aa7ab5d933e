import { defer, map, Subject, takeUntil, tap, type MonoTypeOperatorFunction, type SchedulerLike } from 'rxjs';
import { alongside } from '../operators/alongside.js';
import { after } from '../operators/lean.js';

/** Options of {@link openWithin}. */
export interface OpenWithinOptions {
  /** The time that opening may take, in milliseconds. */
  readonly limit: number;
  readonly scheduler: SchedulerLike;
  /** Makes the error of what is not open in time. */
  readonly late: () => Error;
  /** Makes the error of what completes, open or not. */
  readonly closed: () => Error;
}

/** Mirrors a connection that opens with its first value, and never completes by itself. */
export const openWithin =
  <T>({ limit, scheduler, late, closed }: OpenWithinOptions): MonoTypeOperatorFunction<T> =>
  (connection$) =>
    defer(() => {
      let opened$: Subject<void> | undefined = new Subject<void>(); // released once it has emitted
      const late$ = after(limit, scheduler).pipe(
        map((): never => {
          throw late();
        }),
        takeUntil(opened$),
      );
      return connection$.pipe(
        tap({
          next: () => {
            opened$?.next();
            opened$ = undefined;
          },
          complete: () => {
            throw closed();
          },
        }),
        alongside(late$),
      );
    });
