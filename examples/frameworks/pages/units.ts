import {
  connectDashboard,
  rows,
  series,
  type Dashboard,
  type Fold,
  type Point,
  type Rows,
  type Status,
} from 'unitlink/dashboard';

/** A row of the topic `units`. */
export interface Unit {
  readonly id: number;
  readonly region: string;
  readonly load: number;
}

/** What a person sets; part of every subscription. */
export interface Params {
  readonly filter: string;
  readonly sort: string;
  readonly page: number;
  readonly pageSize: number;
}

export const firstParams: Params = { filter: '', sort: 'id', page: 0, pageSize: 10 };

/** One for all widgets: equal folds share a subscription. */
export const unitRows: Fold<Rows<Unit>> = rows<Unit>();

/** All points of the topic `load`. */
export const loadPoints: Fold<readonly Point[]> = series();

export const dashboard: Dashboard = connectDashboard({ url: '/live' });

export const unitsOf = (value: Rows<Unit> | undefined): readonly Unit[] => [...(value?.byId.values() ?? [])];

export const highest = (points: readonly Point[] | undefined): number =>
  Math.max(0, ...(points ?? []).map(([, load]) => load ?? 0));

/** What the page as a whole is: `fresh` only where all of its widgets are. */
export const statusOf = (...statuses: readonly Status[]): Status =>
  statuses.find((status) => status !== 'fresh') ?? 'fresh';

export const totalLoad = (units: readonly Unit[]): number => units.reduce((sum, { load }) => sum + load, 0);
