import { filter, map, take, throwError, timeout, toArray, type Observable } from 'rxjs';

/** How long a test waits for something that has to come, in milliseconds; it fails after that. */
const patience = 10_000;

/** The first value that fits; an error when the source ends or goes on without one. */
export const until = async <T, F extends T = T>(
  source$: Observable<T>,
  fits: ((value: T) => value is F) | ((value: T) => boolean) = () => true,
): Promise<F> => {
  const [first] = await untilAll(1, source$.pipe(filter((value): value is F => fits(value))));
  return first as F;
};

/** The first values that fit, this many. */
export const untilAll = <T>(
  count: number,
  source$: Observable<T>,
  fits: (value: T) => boolean = () => true,
): Promise<T[]> =>
  new Promise((resolve, reject) => {
    source$
      .pipe(
        filter(fits),
        take(count),
        toArray(),
        map((values) => {
          if (values.length < count) throw new Error(`${values.length} of ${count} values, and no more`);
          return values;
        }),
        timeout({
          first: patience,
          with: () => throwError(() => new Error(`not ${count} values that fit within ${patience} ms`)),
        }),
      )
      .subscribe({ next: resolve, error: reject });
  });
