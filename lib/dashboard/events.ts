import type { DashboardState, Status } from './state.js';

/** What happens in a dashboard, for whom counts it. Times in milliseconds. */
export type DashboardEvent =
  /** The link stands elsewhere, since `at` by the scheduler. */
  | { readonly type: 'state'; readonly state: DashboardState; readonly at: number }
  /** A watch shows another status; undefined before its first and after its last. */
  | { readonly type: 'status'; readonly was: Status | undefined; readonly is: Status | undefined }
  /**
   * A watch has its first snapshot (`begun`), finds a gap, is taken up again by replay or by another snapshot, or shows an
   * error.
   */
  | { readonly type: WatchEvent; readonly watch: object }
  /** The health monitor looks at what is shown; `wall` is its time since 1970. */
  | { readonly type: 'look'; readonly watches: Iterable<Watched>; readonly wall: number };

/** What happens to a watch. */
export type WatchEvent = 'begun' | 'gap' | 'replayed' | 'snapshot' | 'failed';

/** What the health monitor sees of a watch. */
export interface Watched {
  readonly topic: string;
  readonly status: Status;
  readonly asOf: number | undefined;
}

/** Counts what happens in a dashboard; what it throws is told in `failure$`. */
export type DashboardMeter = (event: DashboardEvent) => void;
