import { randomBytes } from 'node:crypto';
import { createServer } from 'node:https';
import { answerHealth } from '../http.js';
import type { DashboardLog } from '../log.js';
import { memoryLog } from '../memory-log.js';
import { ConnectedUnits } from './connected-units.js';
import { Exchange, type ExchangeOptions } from './exchange.js';
import { HandshakePace } from './handshake-pace.js';
import { type Inbox, openInbox } from './inbox.js';
import type { OpenUnitServer, UnitServerParts } from './open-unit-server.js';
import { Outboxes } from './outboxes.js';
import type { DiscoveryDecision } from './discovery-answers.js';
import type { LinkedSession } from './session.js';
import type { SecondSession } from './sessions.js';
import { signedTokens } from './tokens.js';
import { noUnitFaults } from './unit-faults.js';
import { UnitDrain } from './unit-drain.js';
import type { UnitServer, UnitServerOptions } from './unit-server.js';
import { unitServerMetrics } from './unit-server-metrics.js';

/** The largest message of a unit, in bytes. */
const maxFrame = 4 << 20;
/** The time in which a request must have come in whole, in milliseconds. */
const requestTimeout = 30_000;
const handshakes = { requestCert: true, rejectUnauthorized: true, pauseOnConnect: true };

/** Opens the ports of a server of units, over which sessions come. */
export type OpenPorts = (parts: UnitServerParts) => Promise<OpenUnitServer>;

/** Starts a server of units behind ports that `openPorts` opens. */
export const startUnitServer = async (options: UnitServerOptions, openPorts: OpenPorts): Promise<UnitServer> => {
  const { tls, host = '127.0.0.1', discoveryPort = 0, port = 0, pingInterval = 15_000 } = options;
  const { secondSession = 'replace', now = Date.now, onError = () => undefined, metrics } = options;
  const { belongs = (systemId: string, commonName: string) => systemId === commonName } = options;
  const { log = memoryLog(), serverId = 'units', maxUnhandled = 32 << 20, retryAfter = 1000 } = options;
  const { secret = randomBytes(32).toString('hex'), tokenLife = 3_600_000 } = options;
  const { ackTimeout = 10_000, maxRetries = 3, maxQueued = 4 << 20 } = options;

  const inbox = await openInbox({ log, serverId, maxUnhandled, retryAfter, now, failed: onError });
  const outboxes = new Outboxes({ ackTimeout, maxRetries, maxQueued });
  const exchange =
    options.log?.isShared === true
      ? openExchange(options.log, outboxes, { secondSession, now, failed: onError })
      : undefined;
  const units = new ConnectedUnits(now);
  const drain: UnitDrain = new UnitDrain({ sessions: () => server.sessions, retryAfter });
  const pace = new HandshakePace(); // of both ports
  const record = { add: metrics === undefined ? () => undefined : unitServerMetrics(metrics) };
  const opened = (session: LinkedSession): void => {
    const systemId = session.commonName;
    units.add(systemId, session);
    outboxes.use(systemId, session);
    exchange?.add(systemId, session);
    void session.closed.then(() => {
      exchange?.remove(systemId, session);
      units.remove(systemId, session);
      outboxes.leave(systemId, session);
    });
  };
  const decide = (decision: DiscoveryDecision): DiscoveryDecision =>
    options.endpoints === undefined ? drain.decide(decision) : decision;
  const server = await openPorts({
    ...{ host, discoveryPort, port, pingInterval, secondSession, maxFrame, belongs, record, opened },
    ...{ plan: noUnitFaults, acks: true, isDuplicate: () => false, isLeaving: drain.isDraining },
    newServer: () => pace.apply(createServer({ ...tls, ...handshakes, requestTimeout })),
    tokens: signedTokens({ secret, life: tokenLife, now, belongs }),
    discover: async (systemId, peer) =>
      belongs(systemId, peer.commonName)
        ? decide((await options.discover?.(systemId)) ?? { errorCode: 0 })
        : { errorCode: -1 },
    endpoints: (url) => options.endpoints ?? [url],
    keep: inbox.keep,
    replied: (systemId, txn, reply, retryAfter) => {
      if (exchange?.reply(systemId, txn, reply, retryAfter) !== true) outboxes.reply(systemId, txn, reply, retryAfter);
    },
  }).catch(async (error: unknown) => {
    exchange?.close();
    await inbox.close();
    throw error;
  });
  const stop = once(() => {
    drain.stop();
    exchange?.close();
    return stopAll(server.stop, outboxes, inbox, units);
  });
  return {
    ...{ discoveryUrl: server.discoveryUrl(), url: server.url(), message$: inbox.message$, units$: units.units$ },
    ...{ send: outboxes.send, handle: answerHealth(() => !drain.isDraining()), drain: drain.start },
    stop,
    [Symbol.asyncDispose]: stop,
  };
};

const openExchange = (
  log: DashboardLog,
  outboxes: Outboxes,
  { secondSession, ...more }: Pick<ExchangeOptions, 'now' | 'failed'> & { readonly secondSession: SecondSession },
): Exchange =>
  new Exchange({
    ...{ ...more, log, outboxes },
    replaced: (session) => {
      if (secondSession === 'replace') session.close(1008, 'the unit has another session');
    },
  });

const stopAll = async (
  stopServer: () => Promise<void>,
  outboxes: Outboxes,
  inbox: Inbox,
  units: ConnectedUnits,
): Promise<void> => {
  await stopServer();
  outboxes.stop();
  await inbox.close();
  units.end();
};

const once = (act: () => Promise<void>): (() => Promise<void>) => {
  let acting: Promise<void> | undefined;
  return () => (acting ??= act());
};
