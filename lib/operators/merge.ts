import { defer, mergeAll, type Observable, type ObservableInput, type ObservableInputTuple } from 'rxjs';

/**
 * `merge` of RxJS without the scheduler that one may be given: that alone brings a page all that RxJS has to schedule lists,
 * promises and iterators.
 */
export const merge = <T extends readonly unknown[]>(...sources: [...ObservableInputTuple<T>]): Observable<T[number]> =>
  defer((): readonly ObservableInput<T[number]>[] => sources).pipe(mergeAll());
