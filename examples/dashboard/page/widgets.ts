import { BehaviorSubject, type Observable, tap } from 'rxjs';
import type { Live, WatchOptions } from 'unitlink/dashboard';
import { dashboard } from './dashboard.js';

/** A widget as the rest of the page sees it. */
export interface Seen {
  readonly live: Live<unknown>;
  /** Whether it is being resynced because a person has chosen other params. */
  readonly chosen: boolean;
}

/** The same Map each time something changes. */
export const widgets$ = new BehaviorSubject<ReadonlyMap<string, Seen>>(new Map());

/** A widget that waits for its first answer. */
export const unknown: Live<never> = { status: 'resyncing', asOf: undefined, value: undefined };

/** Watches a topic for the widget of this name. */
export const watched = <T>(
  name: string,
  topic: string,
  params$: Observable<unknown>,
  options?: WatchOptions<T>,
): Observable<Live<T>> => {
  const widgets = widgets$.value as Map<string, Seen>;
  let chosen = true;
  const choice$ = params$.pipe(
    tap(() => {
      chosen = true;
    }),
  );
  return dashboard.watch<T>(topic, choice$, options).pipe(
    tap((live) => {
      widgets.set(name, { live, chosen });
      if (live.status === 'fresh') chosen = false;
      widgets$.next(widgets);
    }),
  );
};
