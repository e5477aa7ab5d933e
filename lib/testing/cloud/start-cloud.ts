/**
 * A cloud on loopback, with faults on demand.
 *
 * May import: errors, observability, server.
 *
 * @module
 */
import { randomUUID } from 'node:crypto';
import type { Observable } from 'rxjs';
import { type Authority, createAuthority, type IssuedCertificate, type IssueOptions } from './authority.js';
import { type CloudBreaks, cloudBreaks } from './breaks.js';
import type { CloudEvent, ReceivedMessage } from './events.js';
import { type CloudFaults, cloudFaults } from './faults.js';
import type { CloudOptions } from './options.js';
import { type CloudCounts, createRecord } from './record.js';
import { type CloudRenewal, cloudRenewal } from './renewal.js';
import { type CloudSending, cloudSending } from './sending.js';
import { openUnitServer } from '../../server/units/open-unit-server.js';
import { rememberTxns } from '../../server/units/recent-txns.js';
import { unitServerMetrics } from '../../server/units/unit-server-metrics.js';
import { ENDPOINT_PATH } from '../../server/units/upgrades.js';
import { urlHost } from '../../server/url-host.js';
import { serversOf } from './server.js';
import { createFaultPlan } from './fault-plan.js';

// Nothing listens on the first port of all, and no system assigns it to a request for any free port.
const CLOSED_PORT = 1;

/** The credentials of a unit: its certificate with the private key, and the CA of the cloud. */
export interface CloudCredentials extends IssuedCertificate {
  /** The certificate of the authority, PEM. */
  readonly ca: string;
}

/** A cloud on loopback: real TLS, real sockets, and faults on demand. */
export interface Cloud extends CloudSending, CloudFaults, CloudBreaks, CloudRenewal, AsyncDisposable {
  /** The URL of service discovery. */
  readonly discoveryUrl: string;
  /** The WebSocket endpoint. */
  readonly url: string;
  /** The certificate of the authority, PEM. */
  readonly ca: string;
  /** The authority that signs every certificate. */
  readonly authority: Authority;
  /** The valid bearer token. */
  readonly token: string;
  /** The credentials of the unit named by the option `systemId`. */
  readonly credentials: CloudCredentials;
  /**
   * Issues credentials of another unit, or further ones of the same. The common name is the option `systemId` unless given,
   * the certificate names this cloud's discovery URL unless `discoveryUrls` is given.
   */
  issueCredentials(options?: Partial<IssueOptions>): Promise<CloudCredentials>;
  /** Emits each event; completes when the cloud is stopped. */
  readonly event$: Observable<CloudEvent>;
  /** Emits the messages of the units, duplicates included, acks and nacks excluded. */
  readonly message$: Observable<ReceivedMessage>;
  /** Emits the txn of every ack of a unit. */
  readonly ack$: Observable<string>;
  /** The number of events of each kind so far. */
  readonly counts: CloudCounts;
  /** Ends everything at once; resolves when no socket, timer or listener is left. */
  stop(): Promise<void>;
}

/**
 * Starts a cloud on loopback: service discovery over HTTPS and a WebSocket endpoint, both of which require a client
 * certificate of its own authority. It acknowledges the messages of units, sends them pings, and injects faults on
 * demand.
 *
 * @example
 * ```ts
 * await using cloud = await startCloud();
 * const { discoveryUrl, credentials } = cloud;
 * cloud.refuseUpgrades({ status: 503, times: 2 });
 * ```
 * @param options - See {@link CloudOptions}; all are optional
 * @returns The cloud, once both ports accept connections
 */
export const startCloud = async (options: CloudOptions = {}): Promise<Cloud> => {
  const { host = '127.0.0.1', discoveryPort = 0, port = 0, pingInterval = 15_000, acks = true } = options;
  const { token = randomUUID(), nextRequestDelay = null, systemId = 'unit-1', validate = () => true } = options;
  const { secondSession = 'allow', authority = await createAuthority() } = options;

  const record = createRecord(options.metrics && unitServerMetrics(options.metrics));
  const plan = createFaultPlan(token, nextRequestDelay);
  const server = await openUnitServer({
    isLeaving: () => false,
    ...{ host, discoveryPort, port, plan, record, acks, pingInterval, secondSession, maxFrame: 0 },
    isDuplicate: rememberTxns(),
    newServer: await serversOf(authority, host),
    tokens: { issue: () => plan.token, check: (shown) => shown === plan.token },
    discover: (asking) => ({ errorCode: validate(asking) ? 0 : -1, nextRequestDelay: plan.nextRequestDelay }),
    endpoints: (url) => [...deadUrls(plan.deadEndpoints, host), url],
  });

  const discoveryUrl = server.discoveryUrl();
  const defaults = (): IssueOptions => ({ commonName: systemId, discoveryUrls: [discoveryUrl] });
  const issueCredentials = issuerOf(authority, defaults);
  const sending = cloudSending(server.sessions, record);
  const { breaks, end: endBreaks } = cloudBreaks(server.sessions, server.listeners, record);
  const stop = once(async () => {
    endBreaks();
    await server.stop();
    record.end();
  });

  return {
    ...cloudFaults(plan),
    ...sending,
    ...breaks,
    ...cloudRenewal({ authority, message$: record.message$, send: (...message) => sending.send(...message), defaults }),
    ...{ discoveryUrl, url: server.url(), ca: authority.ca, authority },
    get token() {
      return plan.token;
    },
    ...{ credentials: await issueCredentials(), issueCredentials },
    ...{ event$: record.event$, message$: record.message$, ack$: record.ack$ },
    get counts() {
      return record.counts;
    },
    stop,
    [Symbol.asyncDispose]: stop,
  };
};

const deadUrls = (count: number, host: string): string[] =>
  Array.from({ length: count }, (_, n) => `wss://${urlHost(host)}:${CLOSED_PORT}${ENDPOINT_PATH}dead/${n}/`);

const issuerOf =
  (authority: Authority, defaults: () => IssueOptions): Cloud['issueCredentials'] =>
  async (wanted = {}) => ({ ca: authority.ca, ...(await authority.issue({ ...defaults(), ...wanted })) });

const once = (act: () => Promise<void>): (() => Promise<void>) => {
  let acting: Promise<void> | undefined;
  return () => (acting ??= act());
};
