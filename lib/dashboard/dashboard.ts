import type { Observable, ObservableInput, SchedulerLike } from 'rxjs';
import type { WebSocketClass } from '../transport/web-socket.js';
import type { SubscriptionCodec } from './codecs/codec.js';
import type { Fold } from './folds/fold.js';
import type { DashboardMeter } from './events.js';
import type { Page } from './page.js';
import type { DashboardState, Status } from './state.js';

/** The live value of a watch. Times in milliseconds since 1970, by the clock of the server. */
export interface Live<T> {
  /**
   * `fresh`: as the server has it. `stale`: the link is gone, or the source is silent (see `reason`). `resyncing`: asked
   * for, not there yet. `error`: see `error`. `paused`: the page was hidden for long.
   */
  readonly status: Status;
  /** The time up to which `value` was right; undefined without a value. */
  readonly asOf: number | undefined;
  /** The last known value, whatever the status; undefined before the first. */
  readonly value: T | undefined;
  /** The reason of `stale`: the link is gone, or the source is silent. */
  readonly reason?: 'link' | 'source' | undefined;
  /** The error of the status `error`. */
  readonly error?: unknown;
  /** The latest period without data, which the server could not replay. */
  readonly hole?: Hole | undefined;
}

/** A period, in milliseconds since 1970. */
export interface Hole {
  /** The time up to which the value before it was right. */
  readonly from: number;
  /** The time from which the value after it is right. */
  readonly to: number;
}

/** Options of `Dashboard.watch`. */
export interface WatchOptions<T> {
  /** Makes the value of snapshots and updates. Default {@link latest}. */
  readonly fold?: Fold<T> | undefined;
  /** Data older than this, in milliseconds, are `stale` though the link is live. Default: no limit. */
  readonly maxAge?: number | undefined;
  /** The most updates a second; the server conflates further ones. Default: no limit. */
  readonly maxRate?: number | undefined;
}

/** A result of the health monitor. */
export interface Health {
  /** Milliseconds since 1970. */
  readonly at: number;
  /** True if nothing had to be repaired. */
  readonly healthy: boolean;
  /** The faults that were found and repaired. */
  readonly repaired: readonly string[];
  /** The number of watches by status. */
  readonly watches: Readonly<Record<Status, number>>;
  /** The age of the oldest data that are shown, in milliseconds. */
  readonly oldest: number | undefined;
}

/** The waits between attempts to connect. Times in milliseconds. */
export interface ReconnectOptions {
  /** True if the first attempt follows within `spread` instead of after `initialDelay`. Default true. */
  readonly immediateFirst?: boolean | undefined;
  /**
   * The first attempts of all pages that lose a server at the same moment are spread over this time, and so are the
   * renewals of their tokens. Default 1 s.
   */
  readonly spread?: number | undefined;
  /** The first wait, which doubles with every attempt. Default 1 s (specification). */
  readonly initialDelay?: number | undefined;
  /** No wait is longer, but for the slow ones. Default 8 s (specification). */
  readonly maxDelay?: number | undefined;
  /** The largest part of a wait that is added to it at random. Default 0.2. */
  readonly jitter?: number | undefined;
  /** After so many attempts the state is `failed`. Default 10 (specification). */
  readonly maxAttempts?: number | undefined;
  /** The wait between further attempts. Default 60 s. */
  readonly slowRetry?: number | undefined;
}

/** Options of {@link connectDashboard}. Times in milliseconds. */
export interface DashboardOptions {
  /** The URL of the server: `wss:` (or `https:`), or in a page a path on its own server. */
  readonly url?: string | undefined;
  /** Several of them, tried in turn. */
  readonly urls?: readonly string[] | undefined;
  /**
   * Proves who is there, in the first message. A function is asked for each connection, and with `refused` once more when
   * the server has closed with 4401, or asks for a new token before the current one ends (`renew`), which is then sent on the
   * same connection. With `refused` it must not give the same again.
   */
  readonly token?: string | ((why: { readonly refused: boolean }) => string | ObservableInput<string>) | undefined;
  /** Default `envelope()`. */
  readonly codec?: SubscriptionCodec | undefined;
  /** The waits between attempts to connect. */
  readonly reconnect?: ReconnectOptions | undefined;
  /** True if params and positions survive a reconnection; otherwise each watch begins from its first params. Default true (specification). */
  readonly preserveState?: boolean | undefined;
  /** Between two pings to the server. Default 15 s (specification). */
  readonly pingInterval?: number | undefined;
  /** The longest time of an answer to a ping before the link is suspected. Default 5 s. */
  readonly pongTimeout?: number | undefined;
  /** Between two checks of the health monitor. Default 10 s (specification). */
  readonly monitorInterval?: number | undefined;
  /** Silence after which the link is suspected. Default 2.5 s, or 5/3 of the heartbeat that the server announces. */
  readonly suspectAfter?: number | undefined;
  /** Silence that ends the link. Default 4 s, or 8/3 of the heartbeat that the server announces. */
  readonly deadAfter?: number | undefined;
  /** From the dial to the welcome. Default 4 s, which leaves a load balancer time for a second server. */
  readonly connectTimeout?: number | undefined;
  /** The time that a subscription waits for its answer before it is resent. Default 2 s. */
  readonly answerTimeout?: number | undefined;
  /** The age at which a link counts as a success, if it brought no data before. Default 5 s. */
  readonly stableAfter?: number | undefined;
  /** The time that a page may be hidden before the link is closed. Default 5 min; Infinity for a wall display. */
  readonly pauseAfter?: number | undefined;
  /**
   * The time that a subscription is kept after its last watch has ended, so that a view that comes back has its value at once.
   * A lost link ends it earlier. Default 5 s; 0 for not at all.
   */
  readonly unsubscribeAfter?: number | undefined;
  /** The longest frame that is read, in characters. Default 4 Mi. */
  readonly maxFrame?: number | undefined;
  /** Names this dashboard to the server. Default: made up. */
  readonly clientId?: string | undefined;
  /** True if `ws:` is allowed beyond this machine and pages without TLS. Default false. */
  readonly allowInsecure?: boolean | undefined;
  /** True if the dashboard starts by itself. Default true. */
  readonly autoStart?: boolean | undefined;
  /** The URL to which a page that is left sends its last link report, with `navigator.sendBeacon`. Default: none. */
  readonly reportUrl?: string | undefined;
  /** Called with each event, for metrics: `dashboardMetrics(sink)`. Default: none. */
  readonly metrics?: DashboardMeter | undefined;
  /** The WebSocket class. Default: that of the browser; in Node that of `ws`. */
  readonly WebSocket?: WebSocketClass | undefined;
  /** The page that the dashboard runs in. Default: `thisPage()`. */
  readonly page?: Page | undefined;
  /** The scheduler of all timers. Default: one on the monotonic clock. */
  readonly scheduler?: SchedulerLike | undefined;
  /** Milliseconds since 1970. */
  readonly now?: (() => number) | undefined;
  /** Random numbers from 0 to 1. */
  readonly random?: (() => number) | undefined;
  /** `reconnect.maxAttempts`, as the specification names it. */
  readonly 'websocket.reconnect.max.attempts'?: number | undefined;
  /** `pingInterval`, as the specification names it. */
  readonly 'websocket.ping.interval'?: number | undefined;
  /** `preserveState`, as the specification names it. */
  readonly 'websocket.reconnect.preserve.state'?: boolean | undefined;
}

/** Live data of a server that survive the loss of the link. */
export interface Dashboard {
  /** Emits the state of the link; replays the latest. Never fails. */
  readonly state$: Observable<DashboardState>;
  /** Emits the result of each check of the health monitor. */
  readonly health$: Observable<Health>;
  /** Emits errors of the app's code, messages that cannot be used, and faults of this library; everything else continues. */
  readonly failure$: Observable<unknown>;
  /**
   * Emits the live value of a topic: at once with its current status, and then each change of value or status. The topic is
   * subscribed on every link, with the newest params. Never fails: an error is a status. Watches of the same topic, with
   * equal params and folds, share one subscription and its value.
   *
   * @param topic - the name of the topic on the server
   * @param params - the params of the subscription, or an Observable of them; JSON
   * @param options - the fold, and limits of age and rate
   * @returns the live values; unsubscribing ends the watch
   * @example
   * ```ts
   * const alerts$ = dashboard.watch('unit-alerts', { unit: 'A7' }, { fold: rows() });
   * ```
   */
  readonly watch: <T = unknown>(topic: string, params?: unknown, options?: WatchOptions<T>) => Observable<Live<T>>;
  /** Connects, unless it does already. */
  readonly start: () => void;
  /** Ends a wait at once, also after `failed`, and asks again for everything that shows an error; the attempts are counted from 1 again. */
  readonly retryNow: () => void;
  /** Closes the link with 1000; `start()` opens another. */
  readonly stop: () => void;
}
