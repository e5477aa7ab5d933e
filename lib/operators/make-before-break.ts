import {
  catchError,
  defer,
  EMPTY,
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
    defer(() => {
      const relay = new Relay(options);
      return source$.pipe(mergeMap((inner$) => relay.run(inner$)));
    });

/** The Observable that is mirrored, and the newcomer. */
class Relay<T> {
  readonly #options: MakeBeforeBreakOptions<T>;
  readonly #change$ = new Subject<undefined>(); // ends each one that has no place any more
  #current: Candidate<T> | undefined;
  #newcomer: Candidate<T> | undefined;

  constructor(options: MakeBeforeBreakOptions<T>) {
    this.#options = options;
  }

  run(inner$: Observable<T>): Observable<T> {
    const candidate = this.#admit();
    return inner$.pipe(
      map((value) => [value] as const),
      (value$) => concatOf(value$, [[] as const]),
      switchMap((values) => (values.length === 0 ? this.#leave(candidate) : this.#record(candidate, values[0]))),
      catchError((error: unknown) => this.#fail(candidate, error)),
      takeUntil(this.#change$.pipe(filter(() => candidate !== this.#current && candidate !== this.#newcomer))),
    );
  }

  #admit(): Candidate<T> {
    const candidate = { latest: [], isMade: false };
    if (this.#current?.isMade === true) this.#newcomer = candidate;
    else [this.#current, this.#newcomer] = [candidate, undefined];
    this.#change$.next(undefined);
    return candidate;
  }

  #record(candidate: Candidate<T>, value: T): Observable<T> {
    const { isMade, proof = () => ['none'] } = this.#options;
    candidate.latest = [value];
    candidate.isMade = isMade(value);
    if (candidate === this.#current) return concatOf([value]);
    if (!candidate.isMade) return EMPTY;
    return concatOf(proof(value)).pipe(
      take(1),
      filter(() => candidate === this.#newcomer),
      mergeMap(() => this.#takeOver(candidate)),
    );
  }

  #takeOver(candidate: Candidate<T>): Observable<T> {
    [this.#current, this.#newcomer] = [candidate, undefined];
    const breakOld = () => {
      this.#change$.next(undefined);
    };
    return concatOf(candidate.latest).pipe(finalize(breakOld));
  }

  #leave(candidate: Candidate<T>): Observable<T> {
    if (candidate === this.#newcomer) this.#newcomer = undefined;
    if (candidate !== this.#current) return EMPTY;
    [this.#current, this.#newcomer] = [this.#newcomer, undefined];
    return concatOf(this.#current?.latest ?? []);
  }

  #fail(candidate: Candidate<T>, error: unknown): Observable<T> {
    const { onFailure = () => undefined, lost } = this.#options;
    if (candidate === this.#newcomer) {
      this.#newcomer = undefined;
      onFailure(error);
      return EMPTY;
    }
    if (candidate !== this.#current) return EMPTY;
    if (this.#newcomer === undefined) throw error;
    return concatOf(lost ? [lost(error)] : [], this.#leave(candidate));
  }
}
