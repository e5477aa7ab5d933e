/**
 * A cloud on loopback, with faults on demand.
 *
 * May import: errors, observability, protocol, server.
 *
 * @module
 */
import { randomUUID } from 'node:crypto';
import type { Observable } from 'rxjs';
import { type Authority, createAuthority, type IssuedCertificate, type IssueOptions } from './authority.js';
import { type CloudBreaks, cloudBreaks } from './breaks.js';
import { answerDiscoveries, DISCOVERY_PATH } from './discovery.js';
import type { CloudEvent, ReceivedMessage } from './events.js';
import { type CloudFaults, cloudFaults } from './faults.js';
import { createListener } from '../../server/listener.js';
import { cloudMetrics } from './metrics.js';
import type { CloudOptions } from './options.js';
import { type CloudCounts, createRecord } from './record.js';
import { type CloudRenewal, cloudRenewal } from './renewal.js';
import { type CloudSending, cloudSending } from './sending.js';
import { urlHost } from '../../server/url-host.js';
import { serversOf } from './server.js';
import { createSessions } from './sessions.js';
import { answerUpgrades, ENDPOINT_PATH } from './upgrades.js';
import { createFaultPlan } from './fault-plan.js';
import { rememberTxns } from './recent-txns.js';

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

  const record = createRecord(options.metrics && cloudMetrics(options.metrics));
  const plan = createFaultPlan(token, nextRequestDelay);
  const sessions = createSessions(secondSession, { plan, record, acks, pingInterval, isDuplicate: rememberTxns() });
  const newServer = await serversOf(authority, host, record);
  const discoveryServer = newServer();
  const endpointServer = newServer();
  const discovery = createListener(discoveryServer, discoveryPort, host);
  const endpoint = createListener(endpointServer, port, host);
  const listeners = [discovery, endpoint];
  const discoveryUrl = (): string => `https://${urlHost(host)}:${discovery.port()}${DISCOVERY_PATH}`;
  const url = (): string => `wss://${urlHost(host)}:${endpoint.port()}${ENDPOINT_PATH}`;
  const endpoints = (): string[] => [...deadUrls(plan.deadEndpoints, host), url()];

  const answerDiscovery = answerDiscoveries({ plan, record, validate, endpoints, url: discoveryUrl });
  const { admits, accept } = sessions;
  discoveryServer.on('request', (request, response) => {
    void answerDiscovery(request, response);
  });
  endpointServer
    .on('upgrade', answerUpgrades({ plan, record, reset: endpoint.reset, admits, accept }))
    .on('request', (_request, response) => response.writeHead(426).end());

  const defaults = (): IssueOptions => ({ commonName: systemId, discoveryUrls: [discoveryUrl()] });
  const issueCredentials = issuerOf(authority, defaults);
  const sending = cloudSending(sessions.open, record);
  const { breaks, end: endBreaks } = cloudBreaks(sessions.open, listeners, record);
  const stop = once(async () => {
    endBreaks();
    await Promise.all(listeners.map((listener) => listener.shut()));
    await sessions.closed();
    record.end();
  });
  await Promise.all(listeners.map((listener) => listener.open())).catch(async (error: unknown) => {
    await stop();
    throw error;
  });

  return {
    ...cloudFaults(plan),
    ...sending,
    ...breaks,
    ...cloudRenewal({ authority, message$: record.message$, send: (...message) => sending.send(...message), defaults }),
    ...{ discoveryUrl: discoveryUrl(), url: url(), ca: authority.ca, authority },
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
