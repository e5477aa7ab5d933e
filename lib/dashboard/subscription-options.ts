import type { Observable, SchedulerLike } from 'rxjs';
import type { ReconnectSettings } from './backoff.js';
import type { LinkStatus } from './link-state.js';

/** Options of `liveValue`. Times in milliseconds. */
export interface SubscriptionOptions {
  readonly status$: Observable<LinkStatus>;
  /** The most updates a second. Default: no limit. */
  readonly maxRate: number | undefined;
  /** Called with what the server sends and cannot be used, and with what a fold throws. */
  readonly onFault: (fault: unknown) => void;
  /** The longest time that the server may take to answer a subscribe. */
  readonly answerTimeout: number;
  /** After an error the waits double as those of the link do, but have no end. */
  readonly reconnect: ReconnectSettings;
  readonly random: () => number;
  readonly preserveState: boolean;
  readonly scheduler: SchedulerLike;
}
