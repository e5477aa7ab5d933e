import {
  catchError,
  concat,
  defer,
  EMPTY,
  endWith,
  filter,
  from,
  map,
  mergeMap,
  of,
  Subject,
  switchMap,
  take,
  takeUntil,
  throwError,
  type Observable,
  type OperatorFunction,
} from 'rxjs';

/** When {@link makeBeforeBreak} moves over. */
export interface MakeBeforeBreakOptions<T> {
  /** Whether this latest value means that the Observable serves: only one that does is kept while another is made. */
  readonly isMade: (value: T) => boolean;
  /** What a newcomer that is made waits for before it takes over; its first value counts. Default: nothing. */
  readonly proof?: (value: T) => Observable<unknown>;
  /** Told of a newcomer that failed before it took over, beside one that serves on. */
  readonly onFailure?: (error: unknown) => void;
}

/** One of the Observables, with its latest value. */
interface Candidate<T> {
  latest: readonly T[];
  isMade: boolean;
}

/**
 * Mirrors one Observable and, while that serves, makes the next one beside it: what the newcomer emits is withheld until
 * it is made and proven. Then its latest value is emitted, and only then the old one is unsubscribed.
 *
 * A newcomer that fails before is told to `onFailure`, and the old one goes on. Where the old one ends first, the newcomer
 * takes its place as far as it is. A further Observable takes the place of a newcomer, so EMPTY calls that off; and of
 * one that does not serve yet, as with `switchMap`.
 *
 * ```
 * source: a----b-------      source: a---b----      source: a---b-----
 * a:      -c-o-------        a:      -co-------     a:      -co---#
 * b:           -c--o--       b:          -c#        b:          -c--o-
 * result: -c-o-----o---      result: -co------      result: -co---c-o-
 * ```
 */
export const makeBeforeBreak =
  <T>({
    isMade,
    proof = () => of('none'),
    onFailure = () => undefined,
  }: MakeBeforeBreakOptions<T>): OperatorFunction<Observable<T>, T> =>
  (source$) =>
    defer(() => {
      const change$ = new Subject<undefined>(); // whoever has no place any more is to go
      let current: Candidate<T> | undefined;
      let newcomer: Candidate<T> | undefined;

      const admit = (): Candidate<T> => {
        const candidate = { latest: [], isMade: false };
        if (current?.isMade === true) newcomer = candidate;
        else [current, newcomer] = [candidate, undefined];
        change$.next(undefined);
        return candidate;
      };
      const takeOver = (candidate: Candidate<T>): Observable<T> => {
        [current, newcomer] = [candidate, undefined];
        const breakOld$ = defer(() => {
          change$.next(undefined);
          return EMPTY;
        });
        return concat(candidate.latest, breakOld$);
      };
      const note = (candidate: Candidate<T>, value: T): Observable<T> => {
        candidate.latest = [value];
        candidate.isMade = isMade(value);
        if (candidate === current) return of(value);
        if (!candidate.isMade) return EMPTY;
        return proof(value).pipe(
          take(1),
          filter(() => candidate === newcomer),
          mergeMap(() => takeOver(candidate)),
        );
      };
      const leave = (candidate: Candidate<T>): Observable<T> => {
        if (candidate === newcomer) newcomer = undefined;
        if (candidate !== current) return EMPTY;
        [current, newcomer] = [newcomer, undefined];
        return from(current?.latest ?? []);
      };
      const fail = (candidate: Candidate<T>, error: unknown): Observable<T> => {
        if (candidate === current && newcomer === undefined) return throwError(() => error);
        const isNewcomer = candidate === newcomer;
        const left$ = leave(candidate);
        if (isNewcomer) onFailure(error);
        return left$;
      };

      return source$.pipe(
        mergeMap((inner$) => {
          const candidate = admit();
          return inner$.pipe(
            map((value) => [value] as const),
            endWith([] as const),
            switchMap((values) => (values.length === 0 ? leave(candidate) : note(candidate, values[0]))),
            catchError((error: unknown) => fail(candidate, error)),
            takeUntil(change$.pipe(filter(() => candidate !== current && candidate !== newcomer))),
          );
        }),
      );
    });
