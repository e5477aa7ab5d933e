import { map, type MonoTypeOperatorFunction } from 'rxjs';

/** Mirrors the source and tells of each value before it goes on; `tap` of RxJS, which tells of all else besides, is the larger. */
export const tap = <T>(tell: (value: T) => unknown): MonoTypeOperatorFunction<T> =>
  map((value) => {
    tell(value);
    return value;
  });
