import type { Observable, ObservableInput, SchedulerLike } from 'rxjs';
import type { WebSocketClass } from '../transport/web-socket.js';
import type { SubscriptionCodec } from './codecs/codec.js';
import type { Fold } from './folds/fold.js';
import type { DashboardMeter } from './events.js';
import type { Page } from './page.js';
import type { DashboardState, Status } from './state.js';

/** What a watch knows. Times in milliseconds since 1970, by the clock of the server. */
export interface Live<T> {
  /**
   * `fresh`: as the server has it. `stale`: the link is gone, or the source is silent (see `reason`). `resyncing`: asked
   * for, not there yet. `error`: see `error`. `paused`: the page was hidden for long.
   */
  readonly status: Status;
  /** Up to when `value` was right; undefined where there is none yet. */
  readonly asOf: number | undefined;
  /** The last that is known, whatever the status; undefined where there was none yet. */
  readonly value: T | undefined;
  /** Of `stale`: whether the link is gone or the source is silent. */
  readonly reason?: 'link' | 'source' | undefined;
  /** Of `error`: why. */
  readonly error?: unknown;
  /** The latest stretch of time that nothing is known of, as the server could not replay it. */
  readonly hole?: Hole | undefined;
}

/** A stretch of time, in milliseconds since 1970. */
export interface Hole {
  readonly from: number;
  readonly to: number;
}

/** How a topic is watched. */
export interface WatchOptions<T> {
  /** Makes the value out of what the server sends. Default {@link latest}. */
  readonly fold?: Fold<T> | undefined;
  /** Data older than this, in milliseconds, are `stale` though the link is live. Default: no limit. */
  readonly maxAge?: number | undefined;
  /** The most updates a second that are of use; the server conflates what is more. Default: no limit. */
  readonly maxRate?: number | undefined;
}

/** What the health monitor found. */
export interface Health {
  /** Milliseconds since 1970. */
  readonly at: number;
  /** Whether nothing had to be repaired. */
  readonly healthy: boolean;
  /** What was wrong and was set right. */
  readonly repaired: readonly string[];
  /** How many watches have which status. */
  readonly watches: Readonly<Record<Status, number>>;
  /** The age of the oldest data that are shown, in milliseconds. */
  readonly oldest: number | undefined;
}

/** How a lost link is followed by others. Times in milliseconds. */
export interface ReconnectOptions {
  /** Whether the first attempt comes within `spread`, and not after `initialDelay`. Default true. */
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
  /** How much of a wait is added to it at random, at most. Default 0.2. */
  readonly jitter?: number | undefined;
  /** After so many attempts the state is `failed`. Default 10 (specification). */
  readonly maxAttempts?: number | undefined;
  /** The wait between further attempts. Default 60 s. */
  readonly slowRetry?: number | undefined;
}

/** What {@link connectDashboard} takes. Times in milliseconds. */
export interface DashboardOptions {
  /** Where the server is: `wss:` (or `https:`), or in a page a path on its own server. */
  readonly url?: string | undefined;
  /** Several of them, tried in turn. */
  readonly urls?: readonly string[] | undefined;
  /**
   * Proves who is there, in the first message. A function is asked for each connection, and with `refused` once more when
   * the server has closed with 4401; then it must not give the same again.
   */
  readonly token?: string | ((why: { readonly refused: boolean }) => string | ObservableInput<string>) | undefined;
  /** Default `envelope()`. */
  readonly codec?: SubscriptionCodec | undefined;
  /** When to connect again. */
  readonly reconnect?: ReconnectOptions | undefined;
  /** Whether params and positions survive a reconnection; without, a watch begins anew. Default true (specification). */
  readonly preserveState?: boolean | undefined;
  /** Between two pings to the server. Default 15 s (specification). */
  readonly pingInterval?: number | undefined;
  /** How long an answer to a ping may take before the link is suspected. Default 5 s. */
  readonly pongTimeout?: number | undefined;
  /** Between two checks of the health monitor. Default 10 s (specification). */
  readonly monitorInterval?: number | undefined;
  /** Silence after which the link is suspected. Default 2.5 s, or 5/3 of the heartbeat that the server announces. */
  readonly suspectAfter?: number | undefined;
  /** Silence that ends the link. Default 4 s, or 8/3 of the heartbeat that the server announces. */
  readonly deadAfter?: number | undefined;
  /** From the dial to the welcome. Default 4 s, which leaves a load balancer time for a second server. */
  readonly connectTimeout?: number | undefined;
  /** How long a subscription waits for its answer before it is sent again. Default 2 s. */
  readonly answerTimeout?: number | undefined;
  /** The age at which a link counts as a success, if it brought no data before. Default 5 s. */
  readonly stableAfter?: number | undefined;
  /** How long a page may be hidden before the link is given up. Default 5 min; Infinity for a wall display. */
  readonly pauseAfter?: number | undefined;
  /**
   * How long a subscription is kept after its last watch has ended, so that views can be switched without asking again.
   * A lost link ends it earlier. Default 5 s; 0 for not at all.
   */
  readonly unsubscribeAfter?: number | undefined;
  /** The longest frame that is read, in characters. Default 4 Mi. */
  readonly maxFrame?: number | undefined;
  /** Names this dashboard to the server. Default: made up. */
  readonly clientId?: string | undefined;
  /** Whether `ws:` is dialled other than on this machine and from pages that came without TLS. Default false. */
  readonly allowInsecure?: boolean | undefined;
  /** Whether it begins by itself. Default true. */
  readonly autoStart?: boolean | undefined;
  /** Where a page that is left sends its last link report, with `navigator.sendBeacon`. Default: nowhere. */
  readonly reportUrl?: string | undefined;
  /** Counts what happens: `dashboardMetrics(sink)`. Default: nobody. */
  readonly metrics?: DashboardMeter | undefined;
  /** What opens a WebSocket. Default: that of the browser; in Node that of `ws`. */
  readonly WebSocket?: WebSocketClass | undefined;
  /** What tells of the page. Default: the page that this runs in, if any. */
  readonly page?: Page | undefined;
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

/** Live data of a server that survive the loss of their link. */
export interface Dashboard {
  /** Where the link stands; the latest is replayed. Never fails. */
  readonly state$: Observable<DashboardState>;
  /** What the health monitor finds, each time it looks. */
  readonly health$: Observable<Health>;
  /** Code of the app that threw, and faults of this library; everything else goes on. */
  readonly failure$: Observable<unknown>;
  /**
   * The live value of a topic, with params or an Observable of them: emits at once where it stands, and then every change of value or status; subscribed anew
   * on every link, with the newest params. Never fails: an error is a status. Watches of the same topic, with equal params
   * and folds, share one subscription and its value.
   */
  readonly watch: <T = unknown>(topic: string, params?: unknown, options?: WatchOptions<T>) => Observable<Live<T>>;
  /** Connects, unless it does already. */
  readonly start: () => void;
  /** Ends a wait at once, also after `failed`; the attempts are counted from 1 again. */
  readonly retryNow: () => void;
  /** Ends the link with 1000; `start()` begins anew. */
  readonly stop: () => void;
}
