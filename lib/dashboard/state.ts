/** State of the link of a dashboard. Times in milliseconds. */
export type DashboardState =
  /** A link is being opened. */
  | {
      readonly state: 'connecting';
      /** The server. */
      readonly url: string;
      /** The number of this attempt, from 1. */
      readonly attempt: number;
    }
  /** The link is open. */
  | {
      readonly state: 'live';
      /** The server. */
      readonly url: string;
      /** The time when it was opened, since 1970. */
      readonly since: number;
      /** The id of the server, where that is known. */
      readonly serverId?: string | undefined;
    }
  /** The link is still open, but there is a reason to suspect it: a second one is being opened. */
  | {
      readonly state: 'suspect';
      /** The server. */
      readonly url: string;
      /** The time when it was opened, since 1970. */
      readonly since: number;
      /** The id of the server, where that is known. */
      readonly serverId?: string | undefined;
      /** The reason. */
      readonly suspicion: DashboardSuspicion;
    }
  /** The last attempt failed or its link ended, and the next one is due later. */
  | {
      readonly state: 'waiting';
      /** The number of the next attempt, from 1. */
      readonly attempt: number;
      /** The number of the last attempt before `failed`. */
      readonly maxAttempts: number;
      /** The time from the beginning of this state to the next attempt. */
      readonly delay: number;
      /** The time of the next attempt, since 1970. */
      readonly until: number;
      /** The error that ended the last attempt. */
      readonly cause: unknown;
    }
  /** All attempts failed, or the server refuses the token; a further one comes later. */
  | {
      readonly state: 'failed';
      /** The time of the next attempt, since 1970. */
      readonly until: number;
      /** The error that ended the last attempt. */
      readonly cause: unknown;
    }
  /** The page was hidden for so long that the link was given up; it comes back with the page. */
  | { readonly state: 'paused' }
  /** The dashboard was stopped. */
  | { readonly state: 'stopped' };

/**
 * The reason to suspect a link: nothing was heard, a ping stays unanswered, the page or the machine slept, a check of the
 * health monitor failed, or the server goes away.
 */
export type DashboardSuspicion = 'silence' | 'pong' | 'page' | 'monitor' | 'goaway';

/** The status of the value of a watch. */
export type Status = 'fresh' | 'stale' | 'resyncing' | 'error' | 'paused';
