/**
 * A cloud on loopback, with faults that can be switched on.
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

// Nothing listens on the first port of all, and no system hands it out to those who ask for any free one.
const CLOSED_PORT = 1;

/** What a unit needs to be let in: its certificate with the private key, and the CA that vouches for the cloud. */
export interface CloudCredentials extends IssuedCertificate {
  /** PEM. */
  readonly ca: string;
}

/** A cloud on loopback: real TLS, real sockets, and faults on demand. */
export interface Cloud extends CloudSending, CloudFaults, CloudBreaks, CloudRenewal, AsyncDisposable {
  readonly discoveryUrl: string;
  /** The WebSocket endpoint. */
  readonly url: string;
  /** The certificate of the authority, PEM. */
  readonly ca: string;
  readonly authority: Authority;
  /** The bearer token in force. */
  readonly token: string;
  /** Of the unit named by the option `systemId`. */
  readonly credentials: CloudCredentials;
  /**
   * Credentials of another unit, or further ones of the same. The common name is the option `systemId` unless given,
   * the certificate names this cloud's discovery URL unless `discoveryUrls` is given.
   */
  issueCredentials(options?: Partial<IssueOptions>): Promise<CloudCredentials>;
  /** Everything that is seen and done, as it happens; completes when the cloud is stopped. */
  readonly event$: Observable<CloudEvent>;
  /** The messages of the units, duplicates included, acks and nacks not. */
  readonly message$: Observable<ReceivedMessage>;
  /** The txn of every ack that a unit sends. */
  readonly ack$: Observable<string>;
  readonly counts: CloudCounts;
  /** Ends everything at once; settles when no socket, timer or listener is left. */
  stop(): Promise<void>;
}

/**
 * Starts a cloud on loopback: service discovery over HTTPS and a WebSocket endpoint, both of which demand a client
 * certificate of its own authority. It acknowledges what units send, pings them, and does wrong what it is told to.
 *
 * ```ts
 * await using cloud = await startCloud();
 * const { discoveryUrl, credentials } = cloud;
 * cloud.refuseUpgrades({ status: 503, times: 2 });
 * ```
 */
export const startCloud = async (options: CloudOptions = {}): Promise<Cloud> => {
  const { host = '127.0.0.1', discoveryPort = 0, port = 0, pingInterval = 15_000, acks = true } = options;
  const { token = randomUUID(), nextRequestDelay = null, systemId = 'unit-1', validate = () => true } = options;
  const { secondSession = 'allow' } = options;
  const authority = options.authority ?? (await createAuthority());

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
  const deadUrl = (_: unknown, n: number): string => `wss://${urlHost(host)}:${CLOSED_PORT}${ENDPOINT_PATH}dead/${n}/`;
  const endpoints = (): string[] => [...Array.from({ length: plan.deadEndpoints }, deadUrl), url()];

  const answerDiscovery = answerDiscoveries({ plan, record, validate, endpoints, url: discoveryUrl });
  discoveryServer.on('request', (request, response) => {
    void answerDiscovery(request, response);
  });
  endpointServer
    .on(
      'upgrade',
      answerUpgrades({ plan, record, reset: endpoint.reset, admits: sessions.admits, accept: sessions.accept }),
    )
    .on('request', (_request, response) => response.writeHead(426).end());

  const defaults = (): IssueOptions => ({ commonName: systemId, discoveryUrls: [discoveryUrl()] });
  const issueCredentials = async (wanted: Partial<IssueOptions> = {}): Promise<CloudCredentials> => ({
    ca: authority.ca,
    ...(await authority.issue({ ...defaults(), ...wanted })),
  });
  const sending = cloudSending(sessions.open, record);

  const { breaks, end: endBreaks } = cloudBreaks(sessions.open, listeners, record);
  let stopping: Promise<void> | undefined;
  const end = async (): Promise<void> => {
    endBreaks();
    await Promise.all(listeners.map((listener) => listener.shut()));
    await sessions.closed();
    record.end();
  };
  const stop = (): Promise<void> => (stopping ??= end());

  try {
    await Promise.all(listeners.map((listener) => listener.open()));
  } catch (error) {
    await stop();
    throw error;
  }

  return {
    ...cloudFaults(plan),
    ...sending,
    ...breaks,
    ...cloudRenewal({ authority, message$: record.message$, send: (...message) => sending.send(...message), defaults }),
    discoveryUrl: discoveryUrl(),
    url: url(),
    ca: authority.ca,
    authority,
    get token() {
      return plan.token;
    },
    credentials: await issueCredentials(),
    issueCredentials,
    event$: record.event$,
    message$: record.message$,
    ack$: record.ack$,
    get counts() {
      return record.counts;
    },
    stop,
    [Symbol.asyncDispose]: stop,
  };
};
