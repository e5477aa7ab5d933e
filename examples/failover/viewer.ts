import { merge, Subject, tap, type Observable, type Subscription } from 'rxjs';
import {
  rows,
  series,
  type Dashboard,
  type DashboardState,
  type Live,
  type Point,
  type Row,
  type Rows,
  type Status,
} from 'unitlink/dashboard';
import { ledger, type Ledger } from './ledger.js';
import { amissIn, newestOf, type Numbers } from './numbers.js';
import { unitCount } from './publisher.js';

/** What a widget shows at the moment. */
export interface Shown {
  readonly name: string;
  readonly status: Status;
  /** The number of the newest update in it; 0 where there is none. */
  readonly newest: number;
  /** Only every second update concerns it. */
  readonly step: 1 | 2;
  /** How many numbers it lacks, or has though it should not, given the newest. */
  readonly amiss: number;
}

/** A dashboard with its widgets. */
export interface Viewer {
  readonly name: string;
  readonly widgets: readonly Shown[];
  readonly state: DashboardState;
  /** Emits whenever a widget or the link has changed. */
  readonly change$: Observable<unknown>;
  /** Of the widget that counts. */
  readonly ledger: Ledger;
  stop(): void | Promise<void>;
}

interface Widget extends Shown {
  status: Status;
  newest: number;
  amiss: number;
}

interface UnitRow extends Row {
  readonly n: number;
}

const ofRows =
  (count: number) =>
  ({ byId }: Rows<UnitRow>): Numbers => ({
    shown: [...byId.values()].map(({ n }) => n),
    from: (newest) => newest - count + 1,
  });

const ofPoints = (points: readonly Point[]): Numbers => {
  const shown = points.map(([, n]) => Number(n));
  return { shown, from: () => shown[0] ?? 0 };
};

const ofOne = (n = 0): Numbers => ({ shown: n === 0 ? [] : [n], from: (newest) => newest });

/** Shows five widgets of a dashboard. Runs in Node and in a page. */
export const openViewer = (name: string, dashboard: Dashboard): Viewer => {
  const change$ = new Subject<void>();
  const widgets: Widget[] = [];
  let state: DashboardState = { state: 'stopped' };
  let counted: Ledger = { newest: 0, lost: 0, doubled: 0 };

  const widget = <T>(
    title: string,
    live$: Observable<Live<T>>,
    numbers: (value: T) => Numbers,
    step: 1 | 2 = 1,
  ): Observable<unknown> => {
    const shown: Widget = { name: title, status: 'stale', newest: 0, step, amiss: 0 };
    widgets.push(shown);
    return live$.pipe(
      tap(({ status, value }) => {
        shown.status = status;
        if (value === undefined) return;
        const its = numbers(value);
        shown.newest = newestOf(its);
        shown.amiss = amissIn(its, step);
      }),
    );
  };
  const load$ = dashboard.watch('load', undefined, { fold: ledger() }).pipe(
    tap(({ value }) => {
      if (value !== undefined) counted = value;
    }),
  );
  const chart$ = dashboard.watch('load', { window: 30_000 }, { fold: series({ window: 60_000 }) });
  const topFive = { sort: '-n', page: 0, pageSize: 5 };
  const table$ = dashboard.watch('rows', topFive, { fold: rows<UnitRow>() });
  const filtered$ = dashboard.watch('rows', { kind: 'even' }, { fold: rows<UnitRow>() });
  const all$ = merge(
    dashboard.state$.pipe(tap((value) => (state = value))),
    widget('ledger', load$, ({ newest }) => ofOne(newest)),
    widget('chart', chart$, ofPoints),
    widget('table', table$, ofRows(5)),
    widget('filtered', filtered$, ofRows(unitCount), 2),
    widget('value', dashboard.watch<{ n: number } | null>('newest'), (value) => ofOne(value?.n)),
  );
  const running: Subscription = all$.subscribe({
    next: () => {
      change$.next();
    },
    error: (error: unknown) => {
      change$.error(error);
    },
  });
  return {
    name,
    widgets,
    get state() {
      return state;
    },
    change$,
    get ledger() {
      return counted;
    },
    stop: () => {
      running.unsubscribe();
      dashboard.stop();
    },
  };
};
