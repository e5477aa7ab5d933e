import { uptime as systemUptime } from 'node:os';
import { asapScheduler, isObservable, of, type Observable, type SchedulerLike } from 'rxjs';
import type { Overflow } from '../delivery/send-options.js';
import { nodeDiagnostics } from '../observability/diagnostics.js';
import { aos, fleet, type Backoff } from '../operators/backoff.js';
import type { UnitMessageType } from '../protocol/message-types.js';
import { microtaskScheduler } from '../time/microtask-scheduler.js';
import { monotonicScheduler } from '../time/monotonic-scheduler.js';
import { nodeTransport } from '../transport/node-transport.js';
import type { Credentials, TrustAnchors } from '../transport/types.js';
import type { UnitOptions } from './options.js';
import { uuid } from './uuid.js';

const presets = { aos: aos(), fleet: fleet() };
const mebibyte = 1024 * 1024;

/** Options that have no default. */
type Optional = 'keystore' | 'store' | 'keep' | 'messageLog' | 'metrics' | 'discoveryUrl' | 'overrideDiscoveryUrl';

/** Options that become part of the transport, or another setting. */
type Replaced = 'credentials' | 'backoff' | 'overflow' | 'sendTimeout' | 'maxPayload' | 'proxy';

/** The options of a unit with every default in its place. */
export type Settings = {
  readonly [Name in Exclude<keyof UnitOptions, Optional | Replaced>]-?: NonNullable<UnitOptions[Name]>;
} & { readonly [Name in Optional]: UnitOptions[Name] } & {
  readonly credentials$: Observable<Credentials | TrustAnchors>;
  readonly backoff: Backoff;
  /** The rule for a message of this type that finds the queue full. */
  readonly overflow: (type: UnitMessageType) => Overflow;
  /** The scheduler of the end of a tick. */
  readonly tick: SchedulerLike;
};

/** Puts every default in its place. */
export const withDefaults = (options: UnitOptions): Settings => ({
  // First, since V8 makes a shape of its own, of 1 KiB, for each object that begins with a spread of functions.
  systemId: options.systemId,
  ...identitySettings(options),
  ...connectionSettings(options),
  ...deliverySettings(options),
  ...receivingSettings(options),
  ...runtimeSettings(options),
});

const identitySettings = ({ credentials, keystore, mainNode = '', makeBeforeBreak = false }: UnitOptions) => ({
  credentials$: isObservable(credentials) ? credentials : of(credentials),
  keystore,
  mainNode,
  makeBeforeBreak,
});

const connectionSettings = ({
  discoveryUrl,
  overrideDiscoveryUrl,
  allowInsecure = false,
  autoStart = true,
  backoff = 'aos',
  connectTimeout = 30_000,
  sendTimeout = 30_000,
  maxPayload = 4 * mebibyte,
  proxy,
  transport = nodeTransport({ connectTimeout, sendTimeout, maxPayload, proxy }),
  stableAfter = 5000,
  silenceFactor = 2.5,
  pongTimeout = 5000,
  pingInterval = Infinity,
}: UnitOptions) => ({
  discoveryUrl,
  overrideDiscoveryUrl,
  allowInsecure,
  autoStart,
  backoff: typeof backoff === 'string' ? presets[backoff] : backoff,
  connectTimeout,
  transport,
  stableAfter,
  silenceFactor,
  pongTimeout,
  pingInterval,
});

const deliverySettings = ({
  ackTimeout = 10_000,
  maxRetries = 3,
  maxInFlight = 256,
  rate = Infinity,
  maxQueued = 10_000,
  maxQueuedBytes = 64 * mebibyte,
  maxMessageBytes = Math.min(4 * mebibyte, maxQueuedBytes),
  overflow = 'reject',
  store,
  keep = () => true,
  onStoreFailure = 'refuse',
}: UnitOptions) => ({
  ackTimeout,
  maxRetries,
  maxInFlight,
  rate,
  maxQueued,
  maxQueuedBytes,
  maxMessageBytes,
  overflow: (type: UnitMessageType) => (typeof overflow === 'string' ? overflow : (overflow[type] ?? 'reject')),
  store,
  keep: store && keep,
  onStoreFailure,
});

const receivingSettings = ({
  concurrency = 4,
  maxUnhandled = 256,
  maxUnhandledBytes = 32 * mebibyte,
  handlerTimeout = 300_000,
}: UnitOptions) => ({ concurrency, maxUnhandled, maxUnhandledBytes, handlerTimeout });

const runtimeSettings = ({
  messageLog,
  metrics,
  diagnostics = nodeDiagnostics,
  scheduler = monotonicScheduler,
  uptime = scheduler === monotonicScheduler ? () => systemUptime() * 1000 : () => scheduler.now(),
  now = Date.now,
  newId = uuid,
  random = Math.random,
}: UnitOptions) => ({
  messageLog,
  metrics,
  diagnostics,
  scheduler,
  tick: scheduler === monotonicScheduler ? microtaskScheduler : asapScheduler,
  uptime,
  now,
  newId,
  random,
});
