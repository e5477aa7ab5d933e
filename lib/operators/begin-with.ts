import { catchError, defer, type Observable } from 'rxjs';

/** The end of the first value, passed as an error to the operator that goes on to the source. */
const begun = new Error('begun');

/**
 * Emits a value, then mirrors the source, as `startWith` of RxJS. That one keeps more than 1 KiB for each subscriber until
 * the source ends, and of this nothing is left once the value is out.
 *
 * ```
 * source:  --x--|
 * result: f--x--|
 * ```
 */
export const beginWith =
  <B>(first: B) =>
  <T>(source$: Observable<T>): Observable<B | T> =>
    defer(function* () {
      yield first;
      throw begun;
    }).pipe(catchError(() => source$));
