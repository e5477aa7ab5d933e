import type { SchedulerLike } from 'rxjs';
import { WebSocket as defaultWebSocket } from '#web-socket';
import { AppError, OptionError } from '../errors.js';
import { monotonicScheduler } from '../time/monotonic-scheduler.js';
import { maxTimeout } from '../time/max-timeout.js';
import type { WebSocketClass } from '../transport/web-socket.js';
import type { SubscriptionCodec } from './codecs/codec.js';
import { needsPage, resolveUrl } from './resolve-url.js';
import { envelope } from './codecs/envelope.js';
import type { DashboardMeter } from './events.js';
import { thisPage, type Page } from './page.js';
import type { ReconnectSettings } from './backoff.js';
import type { DashboardOptions } from './dashboard.js';

/** The options of a dashboard, checked, with every default in its place. */
export interface DashboardSettings {
  /** Undefined where they are paths and there is no page, as while a page is rendered on a server. */
  readonly urls: () => readonly URL[] | undefined;
  readonly token?: DashboardOptions['token'];
  readonly codec: SubscriptionCodec;
  readonly reconnect: ReconnectSettings;
  readonly preserveState: boolean;
  readonly pingInterval: number;
  readonly pongTimeout: number;
  readonly monitorInterval: number;
  readonly suspectAfter: number | undefined;
  readonly deadAfter: number | undefined;
  readonly connectTimeout: number;
  readonly answerTimeout: number;
  readonly stableAfter: number;
  readonly pauseAfter: number;
  readonly unsubscribeAfter: number;
  readonly maxFrame: number;
  readonly clientId: string;
  readonly autoStart: boolean;
  readonly WebSocket: WebSocketClass;
  readonly page: Page;
  readonly scheduler: SchedulerLike;
  readonly now: () => number;
  readonly random: () => number;
  readonly reportUrl?: string | undefined;
  readonly metrics?: DashboardMeter | undefined;
  /** Called with each failure of the app's code, and with what the server sends and cannot be read. */
  readonly onFault: (fault: unknown) => void;
  /** Calls code of the app; what it throws is a fault. */
  readonly guard: (what: string, call: () => void) => void;
}

/** The default of each number, its least (1) and its most (what a timer can wait). */
type Numbers = Readonly<Record<string, readonly [otherwise: number | undefined, least?: number, most?: number]>>;
type Checked<Table extends Numbers> = {
  readonly [Name in keyof Table]: Table[Name][0] extends number ? number : number | undefined;
};

const numbers = {
  pingInterval: [15_000],
  pongTimeout: [5000],
  monitorInterval: [10_000],
  suspectAfter: [undefined],
  deadAfter: [undefined],
  connectTimeout: [4000],
  answerTimeout: [2000],
  stableAfter: [5000],
  pauseAfter: [300_000, 0, Infinity],
  unsubscribeAfter: [5000, 0],
  maxFrame: [4 * 1024 * 1024, 1, Infinity],
} as const;
const ofReconnect = {
  spread: [1000, 0],
  initialDelay: [1000],
  maxDelay: [8000],
  jitter: [0.2, 0, Infinity],
  maxAttempts: [10, 1, Infinity],
  slowRetry: [60_000],
} as const;

/** @throws OptionError */
export const withDefaults = (options: DashboardOptions, onFault: DashboardSettings['onFault']): DashboardSettings => {
  const { reconnect = {}, random = Math.random, token, url, urls = url === undefined ? [] : [url] } = options;
  if (urls.length === 0) throw new OptionError('url', 'nothing', 'where the server is, such as wss://example.com/live');
  if (token !== undefined && typeof token !== 'string' && typeof token !== 'function')
    throw new OptionError('token', typeof token, 'a text, or a function that gives one');
  const urlsOfPage = () =>
    urls.some(needsPage) ? undefined : urls.map((each) => resolveUrl(each, options.allowInsecure ?? false));
  let known = urlsOfPage();
  return {
    codec: envelope(),
    preserveState: options['websocket.reconnect.preserve.state'] ?? true,
    clientId: `dashboard-${random().toString(36).slice(2)}`,
    autoStart: true,
    WebSocket: defaultWebSocket,
    page: thisPage(),
    scheduler: monotonicScheduler,
    now: Date.now,
    random,
    ...given(options),
    ...checked(numbers, { pingInterval: options['websocket.ping.interval'], ...given(options) }),
    urls: () => (known ??= urlsOfPage()),
    reconnect: {
      immediateFirst: reconnect.immediateFirst ?? true,
      ...checked(
        ofReconnect,
        { maxAttempts: options['websocket.reconnect.max.attempts'], ...given(reconnect) },
        'reconnect.',
      ),
    },
    onFault,
    guard: (what, call) => {
      try {
        call();
      } catch (fault) {
        onFault(new AppError(what, fault));
      }
    },
  };
};

type Given<Options> = { readonly [Name in keyof Options]?: Exclude<Options[Name], undefined> };

/** The options that are given: one that is undefined is not. */
const given = <Options extends object>(options: Options): Given<Options> =>
  Object.fromEntries(Object.entries(options).filter(([, value]) => value !== undefined)) as Given<Options>;

const checked = <Table extends Numbers>(
  table: Table,
  given: { readonly [Name in keyof Table]?: number | undefined },
  path = '',
): Checked<Table> =>
  Object.fromEntries(
    Object.entries(table).map(([name, [otherwise, least = 1, most = maxTimeout]]) => {
      const { [name]: value = otherwise } = given;
      if (value !== undefined && !(value >= least && value <= most))
        throw new OptionError(path + name, String(value), `a number from ${least} to ${most}`);
      return [name, value];
    }),
  ) as Checked<Table>;
