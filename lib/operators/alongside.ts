import { takeUntil, type MonoTypeOperatorFunction, type Observable } from 'rxjs';

/**
 * Mirrors the source, and subscribes before it to `work$`, which never emits, for as long. Fails if either fails; the end
 * of the work is no end. As `merge` of RxJS, which keeps 2 KiB more for each subscriber.
 *
 * ```
 * source: --x--x--x
 * work:   ------#
 * result: --x--x#
 * ```
 */
export const alongside = <T>(work$: Observable<never>): MonoTypeOperatorFunction<T> => takeUntil(work$);
