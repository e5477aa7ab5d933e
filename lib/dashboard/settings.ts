import type { SchedulerLike } from 'rxjs';
import { WebSocket as defaultWebSocket } from '#web-socket';
import { OptionError } from '../errors.js';
import { monotonicScheduler } from '../monotonic-scheduler.js';
import type { WebSocketClass } from '../transport/web-socket.js';
import type { SubscriptionCodec } from './codec.js';
import { dialled } from './dialled.js';
import { envelope } from './envelope.js';
import type { DashboardMeter } from './meter.js';
import { thisPage, type Page } from './page.js';
import type { ReconnectSettings } from './reconnect.js';
import type { DashboardOptions } from './types.js';

/** The options of a dashboard, checked, with every default in its place. */
export interface Settings {
  readonly urls: readonly URL[];
  readonly token: DashboardOptions['token'];
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
  readonly maxFrame: number;
  readonly clientId: string;
  readonly autoStart: boolean;
  readonly WebSocket: WebSocketClass;
  readonly page: Page;
  readonly scheduler: SchedulerLike;
  readonly now: () => number;
  readonly random: () => number;
  readonly reportUrl: string | undefined;
  readonly metrics: DashboardMeter | undefined;
}

/** @throws OptionError */
export const withDefaults = (options: DashboardOptions): Settings => {
  const { reconnect = {}, random = Math.random, token, url, urls = url === undefined ? [] : [url] } = options;
  if (urls.length === 0) throw new OptionError('url', 'nothing', 'where the server is, such as wss://example.com/live');
  if (token !== undefined && typeof token !== 'string' && typeof token !== 'function')
    throw new OptionError('token', typeof token, 'a text, or a function that gives one');
  return {
    urls: urls.map((each) => dialled(each, options.allowInsecure ?? false)),
    token,
    codec: options.codec ?? envelope(),
    reconnect: {
      immediateFirst: reconnect.immediateFirst ?? true,
      initialDelay: milliseconds('reconnect.initialDelay', reconnect.initialDelay, 1000),
      maxDelay: milliseconds('reconnect.maxDelay', reconnect.maxDelay, 8000),
      jitter: atLeast('reconnect.jitter', reconnect.jitter, 0.2, 0),
      maxAttempts: atLeast(
        'reconnect.maxAttempts',
        reconnect.maxAttempts ?? options['websocket.reconnect.max.attempts'],
        10,
        1,
      ),
      slowRetry: milliseconds('reconnect.slowRetry', reconnect.slowRetry, 60_000),
    },
    preserveState: options.preserveState ?? options['websocket.reconnect.preserve.state'] ?? true,
    pingInterval: milliseconds('pingInterval', options.pingInterval ?? options['websocket.ping.interval'], 15_000),
    pongTimeout: milliseconds('pongTimeout', options.pongTimeout, 5000),
    monitorInterval: milliseconds('monitorInterval', options.monitorInterval, 10_000),
    suspectAfter: optional('suspectAfter', options.suspectAfter),
    deadAfter: optional('deadAfter', options.deadAfter),
    connectTimeout: milliseconds('connectTimeout', options.connectTimeout, 4000),
    answerTimeout: milliseconds('answerTimeout', options.answerTimeout, 2000),
    stableAfter: milliseconds('stableAfter', options.stableAfter, 5000),
    pauseAfter: atLeast('pauseAfter', options.pauseAfter, 300_000, 0),
    maxFrame: atLeast('maxFrame', options.maxFrame, 4 * 1024 * 1024, 1),
    clientId: options.clientId ?? `dashboard-${random().toString(36).slice(2)}`,
    autoStart: options.autoStart ?? true,
    WebSocket: options.WebSocket ?? defaultWebSocket,
    page: options.page ?? thisPage(),
    scheduler: options.scheduler ?? monotonicScheduler,
    now: options.now ?? Date.now,
    random,
    reportUrl: options.reportUrl,
    metrics: options.metrics,
  };
};

const atLeast = (
  option: string,
  value: number | undefined,
  otherwise: number,
  least: number,
  most = Infinity,
): number => {
  if (value === undefined) return otherwise;
  if (value >= least && value <= most) return value;
  throw new OptionError(option, String(value), `a number from ${least} to ${most}`);
};

/** What a timer can wait. */
const milliseconds = (option: string, value: number | undefined, otherwise: number): number =>
  atLeast(option, value, otherwise, 1, 2 ** 31 - 1);

const optional = (option: string, value: number | undefined): number | undefined =>
  value === undefined ? undefined : milliseconds(option, value, 0);
