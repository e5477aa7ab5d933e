import {
  catchError,
  defer,
  filter,
  finalize,
  map,
  mergeMap,
  Subject,
  switchMap,
  take,
  takeUntil,
  type Observable,
  type ObservableInput,
  type OperatorFunction,
} from 'rxjs';
import { concatOf } from './lean.js';

/** Options of {@link makeBeforeBreak}. */
export interface MakeBeforeBreakOptions<T> {
  /** Returns true if this latest value means that the Observable serves: only such a one is kept while another is made. */
  readonly isMade: (value: T) => boolean;
  /**
   * Makes the Observable that a newcomer waits for, once it is made, before it takes over; its first value counts.
   *
   * @defaultValue A newcomer that is made takes over at once.
   */
  readonly proof?: (value: T) => ObservableInput<unknown>;
  /** Called with the error of a newcomer that failed while another one serves on. */
  readonly onFailure?: (error: unknown) => void;
  /**
   * Makes the value that is emitted when the current one fails while a newcomer is being made, before the latest value of
   * the newcomer.
   *
   * @defaultValue No such value.
   */
  readonly lost?: (error: unknown) => T;
}

/** One of the Observables, with its latest value. */
interface Candidate<T> {
  latest: readonly T[];
  isMade: boolean;
}

/**
 * Mirrors one Observable and, while that one serves, makes the next one in parallel: the values of the newcomer are
 * withheld until it is made and proven. Then its latest value is emitted, and only then the old one is unsubscribed.
 *
 * A newcomer that fails before is passed to `onFailure`, and the old one serves on. If the old one ends first, the newcomer
 * takes its place in whatever state it is. A further Observable replaces a newcomer, so EMPTY cancels it; one that does not
 * serve yet is replaced as by `switchMap`.
 *
 * ```
 * source: a----b-------      source: a---b----      source: a---b-----
 * a:      -c-o-------        a:      -co-------     a:      -co---#
 * b:           -c--o--       b:          -c#        b:          -c--o-
 * result: -c-o-----o---      result: -co------      result: -co---c-o-
 * ```
 *
 * @param options - The rules by which one Observable takes over from another.
 * @returns An operator that flattens Observables.
 *
 * @example
 * ```ts
 * certificate$.pipe(
 *   map((certificate) => connect(certificate)),
 *   makeBeforeBreak({ isMade: ({ state }) => state === 'connected' }),
 * );
 * ```
 */
export const makeBeforeBreak =
  <T>(options: MakeBeforeBreakOptions<T>): OperatorFunction<Observable<T>, T> =>
  (source$) =>
    defer(() => source$.pipe(mergeMap(relay(options))));

/** Returns the function that runs each of the Observables in turn. */
const relay = <T>({
  isMade,
  proof = () => ['none'],
  onFailure = () => undefined,
  lost,
}: MakeBeforeBreakOptions<T>): ((inner$: Observable<T>) => Observable<T>) => {
  const change$ = new Subject<undefined>(); // ends each one that has no place any more
  let current: Candidate<T> | undefined; // the one that is mirrored
  let newcomer: Candidate<T> | undefined;

  const leave = (candidate: Candidate<T>): readonly T[] => {
    if (candidate === newcomer) newcomer = undefined;
    if (candidate !== current) return [];
    [current, newcomer] = [newcomer, undefined];
    return current?.latest ?? [];
  };
  const takeOver = (candidate: Candidate<T>): Observable<T> => {
    [current, newcomer] = [candidate, undefined];
    const breakOld = () => {
      change$.next(undefined);
    };
    return concatOf(candidate.latest).pipe(finalize(breakOld));
  };
  const record = (candidate: Candidate<T>, value: T): ObservableInput<T> => {
    candidate.latest = [value];
    candidate.isMade = isMade(value);
    if (candidate === current) return candidate.latest;
    if (!candidate.isMade) return [];
    return concatOf(proof(value)).pipe(
      take(1),
      filter(() => candidate === newcomer),
      mergeMap(() => takeOver(candidate)),
    );
  };
  const fail = (candidate: Candidate<T>, error: unknown): readonly T[] => {
    const [isCurrent, isNewcomer] = [candidate === current, candidate === newcomer];
    if (isCurrent && newcomer === undefined) throw error;
    const next = leave(candidate);
    if (isNewcomer) onFailure(error);
    return lost && isCurrent ? [lost(error), ...next] : next;
  };

  return (inner$) => {
    const candidate: Candidate<T> = { latest: [], isMade: false };
    if (current?.isMade === true) newcomer = candidate;
    else [current, newcomer] = [candidate, undefined];
    change$.next(undefined);
    return inner$.pipe(
      map((value) => [value] as const),
      (value$) => concatOf(value$, [[] as const]),
      switchMap((values) => (values.length === 0 ? leave(candidate) : record(candidate, values[0]))),
      catchError((error: unknown) => fail(candidate, error)),
      takeUntil(change$.pipe(filter(() => candidate !== current && candidate !== newcomer))),
    );
  };
};
