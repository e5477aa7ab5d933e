import { randomUUID } from 'node:crypto';
import type { FaultPlan } from './fault-plan.js';

/** An HTTP answer in place of the proper one. */
export interface RefuseOptions {
  /** Default: 401. */
  readonly status?: number;
  /** Headers of the answer, for example `Retry-After`. Default: none. */
  readonly headers?: Readonly<Record<string, string>>;
  /**
   * The number in a row.
   *
   * @defaultValue 1
   */
  readonly times?: number;
}

/** An HTTP failure, or a body that is no discovery response. */
export interface FailDiscoveryOptions {
  /** Default: 503. */
  readonly status?: number;
  /** Headers of the answer, for example `Retry-After` or `Location`. Default: none. */
  readonly headers?: Readonly<Record<string, string>>;
  /** The body, as it is. Default: empty. */
  readonly body?: string;
  /**
   * The number in a row.
   *
   * @defaultValue 1
   */
  readonly times?: number;
}

/** A discovery response of one's own. */
export interface AnswerDiscoveryOptions {
  /** 0 no error, 1 redirect, 2 repeat later, −1 error; any other integer goes out too. */
  readonly errorCode: number;
  /** In milliseconds. Default: what the cloud answers anyway. */
  readonly nextRequestDelay?: number | null;
  /** Default: the proper endpoints with `errorCode` 0, else none. */
  readonly connectionInfo?: readonly string[];
  /**
   * The number in a row.
   *
   * @defaultValue 1
   */
  readonly times?: number;
}

/** A refusal of messages for now. */
export interface NackOptions {
  /**
   * The wait before the unit may send again, in milliseconds.
   *
   * @defaultValue absent from the nack
   */
  readonly retryAfter?: number;
  /**
   * The number of messages in a row.
   *
   * @defaultValue 1
   */
  readonly times?: number;
}

/**
 * Faults of the answers of the cloud. Those planned for discovery, for upgrades and for messages are each used up in
 * the order of the calls; `times: Infinity` lasts until `clearFaults()`.
 */
export interface CloudFaults {
  /** The next upgrades with a valid token get an HTTP status instead of 101. */
  refuseUpgrades(options?: RefuseOptions): void;
  /** The token is void and discovery hands out a new one; sessions go on, new upgrades with the old one get 401. */
  expireToken(): void;
  /** The next upgrades are answered byte by byte, one each `interval` milliseconds (default 50). */
  dripUpgrade(times?: number, interval?: number): void;
  /** The next sessions get a close frame with `code` (default 1001) right after their upgrade. */
  acceptThenClose(times?: number, code?: number): void;
  /** The next messages are answered with a nack. */
  nack(options?: NackOptions): void;
  /** The next messages are received and not answered. */
  dropAcks(times?: number): void;
  /** The next discovery requests get this response instead of the proper one. */
  answerDiscovery(options: AnswerDiscoveryOptions): void;
  /** The next discovery request is sent through this many (default 1) further discovery URLs of this cloud. */
  redirectDiscovery(options?: { readonly hops?: number }): void;
  /** The next discovery requests get an HTTP failure, or a body that is no response. */
  failDiscovery(options?: FailDiscoveryOptions): void;
  /** Every discovery answer from now on asks for this `nextRequestDelay`, in milliseconds; null for none. */
  delayDiscoveries(nextRequestDelay: number | null): void;
  /** From now on `connectionInfo` begins with this many endpoints that refuse connections; 0 takes them away. */
  withDeadEndpoints(count: number): void;
  /** Nothing that was planned and not yet used up happens any more. */
  clearFaults(): void;
}

/** Writes what is to go wrong into the plan; discovery, upgrades and sessions act on it. */
export const cloudFaults = (plan: FaultPlan): CloudFaults => ({
  refuseUpgrades: ({ status = 401, headers = {}, times = 1 } = {}) => {
    plan.upgrades.add({ kind: 'refuse', status, headers }, times);
  },
  expireToken: () => {
    plan.token = randomUUID();
  },
  dripUpgrade: (times = 1, interval = 50) => {
    plan.upgrades.add({ kind: 'drip', interval }, times);
  },
  acceptThenClose: (times = 1, code = 1001) => {
    plan.upgrades.add({ kind: 'close', code }, times);
  },
  nack: ({ retryAfter, times = 1 } = {}) => {
    plan.messages.add({ kind: 'nack', retryAfter }, times);
  },
  dropAcks: (times = 1) => {
    plan.messages.add({ kind: 'drop' }, times);
  },
  answerDiscovery: ({ errorCode, nextRequestDelay, connectionInfo, times = 1 }) => {
    plan.discoveries.add({ kind: 'answer', errorCode, nextRequestDelay, connectionInfo }, times);
  },
  redirectDiscovery: ({ hops = 1 } = {}) => {
    plan.discoveries.add({ kind: 'redirect' }, hops);
  },
  failDiscovery: ({ status = 503, headers = {}, body = '', times = 1 } = {}) => {
    plan.discoveries.add({ kind: 'http', status, headers, body }, times);
  },
  delayDiscoveries: (nextRequestDelay) => {
    plan.nextRequestDelay = nextRequestDelay;
  },
  withDeadEndpoints: (count) => {
    plan.deadEndpoints = count;
  },
  clearFaults: () => {
    plan.discoveries.clear();
    plan.upgrades.clear();
    plan.messages.clear();
  },
});
