import type { DashboardState, Status } from './state.js';

/** An event of a dashboard for its metrics. Times in milliseconds. */
export type DashboardEvent =
  /** The state of the link has changed. */
  | {
      readonly type: 'state';
      /** The state from now on. */
      readonly state: DashboardState;
      /** The time, by the scheduler. */
      readonly at: number;
    }
  /** A watch shows another status. */
  | {
      readonly type: 'status';
      /** The status before; undefined before the first. */
      readonly was: Status | undefined;
      /** The status from now on; undefined after the last. */
      readonly is: Status | undefined;
    }
  /** An event of one watch. */
  | {
      /** The event. */
      readonly type: WatchEvent;
      /** The watch: the same object in each of its events. */
      readonly watch: object;
    }
  /** The health monitor checks the values that are shown. */
  | {
      readonly type: 'health';
      /** All watches. */
      readonly watches: Iterable<Watched>;
      /** The time since 1970. */
      readonly wall: number;
    };

/**
 * An event of a watch: it has its first snapshot (`begun`), finds a gap, continues by replay or by another snapshot, or
 * shows an error.
 */
export type WatchEvent = 'begun' | 'gap' | 'replayed' | 'snapshot' | 'failed';

/** A watch as the health monitor sees it. */
export interface Watched {
  /** The topic. */
  readonly topic: string;
  /** The status of its value. */
  readonly status: Status;
  /** The time up to which the value is known to be right, in milliseconds since 1970; undefined before the first. */
  readonly asOf: number | undefined;
}

/** Called with each event of a dashboard; an error that it throws is emitted by `failure$`. */
export type DashboardMeter = (event: DashboardEvent) => void;
