/** State of the link of a dashboard. Times in milliseconds, `since` and `until` since 1970. */
export type DashboardState =
  | { readonly state: 'connecting'; readonly url: string; readonly attempt: number }
  | { readonly state: 'live'; readonly url: string; readonly since: number; readonly serverId?: string | undefined }
  /** Still live, but there is a reason to suspect it: a second connection is being opened. */
  | {
      readonly state: 'suspect';
      readonly url: string;
      readonly since: number;
      readonly serverId?: string | undefined;
      readonly suspicion: DashboardSuspicion;
    }
  /** Attempt number `attempt` of `maxAttempts` comes after `delay`, which is at `until`. */
  | {
      readonly state: 'waiting';
      readonly attempt: number;
      readonly maxAttempts: number;
      readonly delay: number;
      readonly until: number;
      readonly cause: unknown;
    }
  /** All attempts failed, or the server refuses the token; a further one comes at `until`. */
  | { readonly state: 'failed'; readonly until: number; readonly cause: unknown }
  /** The page was hidden for so long that the link was given up; it comes back with the page. */
  | { readonly state: 'paused' }
  | { readonly state: 'stopped' };

/**
 * The reason to suspect a link: nothing was heard, a ping stays unanswered, the page or the machine slept, a check of the
 * health monitor failed, or the server goes away.
 */
export type DashboardSuspicion = 'silence' | 'pong' | 'page' | 'monitor' | 'goaway';

/** The status of the value of a watch. */
export type Status = 'fresh' | 'stale' | 'resyncing' | 'error' | 'paused';
