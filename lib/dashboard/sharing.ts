import {
  BehaviorSubject,
  defer,
  distinctUntilChanged,
  EMPTY,
  filter,
  finalize,
  isObservable,
  map,
  Subscription,
  type Observable,
} from 'rxjs';
import { mergeOf } from '../operators/lean.js';
import type { Fold } from './folds/fold.js';
import { isRecord } from './is-record.js';

/** Watches with equal members share one subscription; an Observable of params is equal only to itself. */
export interface Wanted {
  readonly topic: string;
  readonly params: unknown;
  readonly fold: Pick<Fold<unknown>, 'key'>;
  readonly maxRate: number | undefined;
}

/** Something that several may watch. */
export interface Watchable<Value> {
  readonly live$: Observable<Value>;
  /** Emits when it is to be given up, asked once nobody watches it. */
  readonly unwanted: () => Observable<unknown>;
}

/**
 * Gives one to all who want the same at the same time: who comes later has the latest value at once. It lives on after the
 * last one has left, until it is given up. By hand, as a page would pay twice as much for `share` of RxJS.
 */
export const sharing = <Value>(): (<One extends Watchable<Value>>(wanted: Wanted, make: () => One) => One) => {
  const known = new Map<string, Watchable<Value>>();
  const ids = new WeakMap<object, number>();
  let count = 0;
  const idOf = (one: object) => {
    const id = ids.get(one) ?? ++count;
    ids.set(one, id);
    return id;
  };
  const keyOf = ({ topic, params, fold, maxRate }: Wanted) =>
    canonical([topic, maxRate, fold.key ?? idOf(fold), isObservable(params) ? idOf(params) : { params }]);

  return <One extends Watchable<Value>>(wanted: Wanted, make: () => One): One => {
    const key = keyOf(wanted);
    const there = key === undefined ? undefined : known.get(key);
    if (there) return there as One;
    const made = make();
    const latest$ = new BehaviorSubject<Value | undefined>(undefined);
    const life = new Subscription(() => {
      if (key !== undefined) known.delete(key);
    });
    let begun = false;
    let watching = 0;
    let ending = Subscription.EMPTY;
    const begin$ = defer(() => {
      if (!begun) {
        begun = true;
        life.add(made.live$.subscribe(latest$));
      }
      return EMPTY;
    });
    const end = () => {
      life.unsubscribe();
    };
    const endLater = () => {
      life.add((ending = made.unwanted().subscribe({ next: end, error: end })));
    };
    const live$ = defer(() => {
      watching++;
      ending.unsubscribe();
      return mergeOf(current(latest$), begin$);
    }).pipe(
      filter((value) => value !== undefined),
      finalize(() => {
        if (--watching === 0) endLater();
      }),
    );
    const one = { ...made, live$ };
    if (key !== undefined) known.set(key, one);
    return one;
  };
};

/** Emits the current value, and skips values that were replaced while other observers were called. */
export const current = <T>(value$: BehaviorSubject<T>): Observable<T> =>
  value$.pipe(
    map(() => value$.value),
    distinctUntilChanged(),
  );

/** The JSON of a value, whatever the order of its members; undefined where there is none, as of a value that contains itself. */
export const canonical = (value: unknown): string | undefined => {
  try {
    return JSON.stringify(value, (_, member: unknown) =>
      isRecord(member) ? Object.fromEntries(Object.entries(member).sort()) : member,
    );
  } catch {
    return undefined;
  }
};
