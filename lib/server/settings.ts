import { randomUUID } from 'node:crypto';
import type { Authenticate, Authorize } from './identity.js';
import { maxFrame } from './frames.js';
import type { DashboardLog } from './log.js';
import { memoryLog } from './memory-log.js';
import type { MessageRate } from './message-rate.js';
import type { DashboardServerOptions } from './options.js';
import type { Origins } from './origins.js';
import type { DashboardTopic } from './topic.js';

/** The options of a server of dashboards with their defaults, except those of its port. */
export interface ServerSettings {
  readonly topics: Readonly<Record<string, DashboardTopic>>;
  readonly log: DashboardLog;
  readonly serverId: string;
  readonly path: string;
  readonly now: () => number;
  readonly authenticate: Authenticate;
  readonly authorize: Authorize | undefined;
  readonly origins: Origins | undefined;
  readonly onError: (error: unknown) => void;
  readonly heartbeat: number;
  readonly helloTimeout: number;
  readonly maxSubscriptions: number;
  readonly maxSubscriptionsOfIdentity: number;
  readonly maxConnectionsOfIdentity: number;
  readonly messageRate: MessageRate;
  readonly bufferMark: number;
  readonly maxBuffered: number;
}

/** Fills in the defaults. */
export const settingsOf = (options: DashboardServerOptions): ServerSettings => {
  const { topics = {}, log = memoryLog(), serverId = `server-${randomUUID().slice(0, 8)}`, path = '/live' } = options;
  const { now = Date.now, authenticate = () => 'ok' as const, authorize, origins, onError = () => undefined } = options;
  const { heartbeat = 1500, helloTimeout = 5000, maxSubscriptions = 500 } = options;
  const { maxSubscriptionsOfIdentity = 2000, maxConnectionsOfIdentity = 100 } = options;
  const { messageRate = { perSecond: 200, burst: 2000 }, bufferMark = maxFrame, maxBuffered = 8 << 20 } = options;
  return {
    ...{ topics, log, serverId, path, now, authenticate, authorize, origins, onError, heartbeat, helloTimeout },
    ...{ maxSubscriptions, maxSubscriptionsOfIdentity, maxConnectionsOfIdentity },
    ...{ messageRate, bufferMark, maxBuffered },
  };
};
