import {
  BehaviorSubject,
  concatMap,
  defer,
  filter,
  firstValueFrom,
  map,
  tap,
  type MonoTypeOperatorFunction,
} from 'rxjs';

/** Lets values pass one by one. */
export interface Admission<T> {
  /** Emits each value once `admit` has settled, in their order. */
  readonly oneByOne: MonoTypeOperatorFunction<T>;
  /** Settles when no value waits. */
  readonly idle: () => Promise<unknown>;
}

/** Has each value wait for `admit`, which is called for one after the other. */
export const admission = <T>(admit: () => Promise<unknown>): Admission<T> => {
  const waiting$ = new BehaviorSubject(0);
  const passes = (change: number) => () => {
    waiting$.next(waiting$.value + change);
  };
  return {
    oneByOne: (value$) =>
      value$.pipe(
        tap(passes(1)),
        concatMap((value) =>
          defer(admit).pipe(
            map(() => value),
            tap(passes(-1)),
          ),
        ),
      ),
    idle: () => firstValueFrom(waiting$.pipe(filter((count) => count === 0)), { defaultValue: 0 }),
  };
};
