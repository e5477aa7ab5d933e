import { concatAll, defer, type Observable, type ObservableInput, type ObservableInputTuple } from 'rxjs';

/** `concat` of RxJS without the scheduler that one may be given, for the sake of pages: see {@link merge}. */
export const concat = <T extends readonly unknown[]>(...sources: [...ObservableInputTuple<T>]): Observable<T[number]> =>
  defer((): readonly ObservableInput<T[number]>[] => sources).pipe(concatAll());
