import { filter, type OperatorFunction } from 'rxjs';

/** Calls `use` with each value, and emits none; as `tap` and `ignoreElements` of RxJS, at a third of their weight. */
export const consume = <T>(use: (value: T) => void): OperatorFunction<T, never> =>
  filter((value: T): value is never => {
    use(value);
    return false;
  });
