import { identifier } from '../certificates/identify.js';
import { connection } from '../connection/connection.js';
import { loggedTransport } from '../observability/logged-transport.js';
import type { Credentials, Transport } from '../transport/types.js';
import { checkOptions } from './check-options.js';
import { appFailures, type Failures } from './failures.js';
import { unitIdentity, type UnitIdentity } from './identity.js';
import { unitLifecycle } from './lifecycle.js';
import { UnitNotices } from './notices.js';
import type { UnitOptions } from './options.js';
import { unitReceiving, type UnitReceiving } from './receiving.js';
import { unitSending } from './sending.js';
import { withDefaults, type Settings } from './settings.js';
import { unitStates } from './states.js';
import { unitMetrics } from './unit-metrics.js';
import type { Unit } from './unit.js';

/**
 * Keeps a unit connected to its cloud: discovers it, connects, reconnects after every failure, and delivers every message
 * at least once.
 *
 * @param options - the system id and the credentials of the unit, and everything that has a default
 * @returns the unit, which connects at the end of the tick unless `autoStart` is false
 * @throws {@link OptionError} at once for an invalid option; every later failure is a state in `state$`, and is retried
 *
 * @example
 * ```ts
 * const unit = connectUnit({ systemId: 'unit-1', credentials: fileCredentials({ ca, cert, key }) });
 * unit.state$.subscribe(({ state }) => console.log(state));
 * unit.send({ messageType: 'alerts', items: [] });
 * ```
 */
export const connectUnit = (options: UnitOptions): Unit => {
  const settings = withDefaults(checkOptions(options));
  const notices = new UnitNotices(settings.systemId, settings.diagnostics);
  const failures = appFailures(notices);
  const states = unitStates(notices, failures);
  const receiving = unitReceiving(settings, { notices, states, failures });
  const watch = unitMetrics(settings, { states, receiving, failures });
  const sending = unitSending(settings, { states, receiving, failures, watch });
  const messenger = { on: receiving.api.on, send: sending.api.send, whenRoom: sending.api.whenRoom };
  const identity = unitIdentity(settings, { notices, states, messenger });
  const transport = unitTransport(settings, failures);
  const lifecycle = unitLifecycle(settings, {
    connection$: unitConnection(settings, { receiving, identity, transport }),
    work$: identity.work$,
    states,
    receiving,
    sending,
    failures,
    transport,
  });
  return {
    failure$: failures.failure$,
    ...states.observed,
    ...receiving.api,
    ...sending.api,
    ...identity.api,
    ...lifecycle,
    state$: notices.watchState(sending.api.state$),
  };
};

/** Logs what the transport carries, if there is a message log. */
const unitTransport = ({ transport, messageLog }: Settings, { report }: Failures): Transport =>
  messageLog
    ? loggedTransport(transport, messageLog, (error) => {
        report('the message log', error);
      })
    : transport;

interface ConnectionParts {
  readonly receiving: UnitReceiving;
  readonly identity: UnitIdentity;
  readonly transport: Transport;
}

const unitConnection = (settings: Settings, { receiving, identity, transport }: ConnectionParts) => {
  const { systemId, allowInsecure, connectTimeout, stableAfter, silenceFactor } = settings;
  const { pongTimeout, pingInterval } = settings;
  const { backoff, random, scheduler, now, discoveryUrl, overrideDiscoveryUrl } = settings;
  const identify = identifier({ discoveryUrl, overrideDiscoveryUrl });
  const urls = (credentials: Credentials) =>
    transport.identify?.(credentials, { discoveryUrl, overrideDiscoveryUrl, now: now() }) ??
    identify(credentials, now());
  return connection({
    systemId,
    transport,
    allowInsecure,
    connectTimeout,
    stableAfter,
    silenceFactor,
    pongTimeout,
    pingEvery: pingInterval,
    backoff,
    random,
    scheduler,
    now,
    credentials$: identity.credentials$,
    urls,
    read: receiving.read,
    onParallelAttempt: identity.onParallel,
  });
};
