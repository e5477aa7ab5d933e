import type { DashboardState, Status } from './state.js';

/** An event of a dashboard for its metrics. Times in milliseconds. */
export type DashboardEvent =
  /** The state of the link has changed at `at` by the scheduler. */
  | { readonly type: 'state'; readonly state: DashboardState; readonly at: number }
  /** A watch shows another status; undefined before its first and after its last. */
  | { readonly type: 'status'; readonly was: Status | undefined; readonly is: Status | undefined }
  /**
   * A watch has its first snapshot (`begun`), finds a gap, continues by replay or by another snapshot, or shows an
   * error.
   */
  | { readonly type: WatchEvent; readonly watch: object }
  /** The health monitor checks what is shown at `wall`, in milliseconds since 1970. */
  | { readonly type: 'health'; readonly watches: Iterable<Watched>; readonly wall: number };

/** An event of a watch. */
export type WatchEvent = 'begun' | 'gap' | 'replayed' | 'snapshot' | 'failed';

/** A watch as the health monitor sees it. */
export interface Watched {
  readonly topic: string;
  readonly status: Status;
  readonly asOf: number | undefined;
}

/** Called with each event of a dashboard; an error that it throws is emitted by `failure$`. */
export type DashboardMeter = (event: DashboardEvent) => void;
