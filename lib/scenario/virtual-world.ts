import { BehaviorSubject, defer, map, mergeMap, NEVER, of, throwError, timer, type Observable } from 'rxjs';
import { ConnectError, DiscoveryError, UnauthorizedError } from '../errors.js';
import { isObject } from '../protocol/read.js';
import { retryAfterHeader } from '../transport/retry-after-header.js';
import type { Credentials, Socket, Transport } from '../transport/types.js';
import { cloudBreaks } from '../testing/cloud/breaks.js';
import { cloudFaults } from '../testing/cloud/faults.js';
import type { Listener } from '../server/listener.js';
import { createRecord } from '../testing/cloud/record.js';
import { cloudRenewal } from '../testing/cloud/renewal.js';
import { cloudSending } from '../testing/cloud/sending.js';
import type { Session } from '../testing/cloud/session.js';
import { discoveryAnswers } from '../testing/cloud/discovery-answers.js';
import { createFaultPlan } from '../testing/cloud/fault-plan.js';
import { rememberTxns } from '../testing/cloud/recent-txns.js';
import type { EndpointKind, Scenario } from './scenario.js';
import { createVirtualClock } from './virtual-clock.js';
import { virtualKeystore } from './virtual-keystore.js';
import { latency, virtualSession } from './virtual-session.js';
import { whileTimePasses } from './while-time-passes.js';
import type { World } from './world.js';

const discoveryUrl = 'https://cloud.example/sd/v7/';
const urlOf = (kind: EndpointKind): string => `wss://${kind === 'proper' ? 'cloud' : kind}.example/ws/v7/`;
/** Of what is no cloud: how an attempt to open a link to it ends. */
const refusals: Readonly<Record<string, string>> = {
  [urlOf('refusing')]: 'ECONNREFUSED',
  [urlOf('unknown-name')]: 'ENOTFOUND',
  [urlOf('no-tls')]: 'EPROTO',
};
/** TCP, TLS and a request, in milliseconds. */
const handshake = 4 * latency;

/** A model of the cloud on loopback, with the same faults, on time that passes when it is told to. */
export const virtualWorld = ({ cloudOptions = {}, options = {} }: Scenario): World => {
  const { pingInterval = 0, acks = true, nextRequestDelay = null, secondSession = 'allow' } = cloudOptions;
  const clock = createVirtualClock();
  const record = createRecord();
  const plan = createFaultPlan('token', nextRequestDelay);
  const sessions = new Set<Session>();
  const sessionOptions = { plan, record, acks, pingInterval, isDuplicate: rememberTxns() };
  const network = { isDown: false };
  let opened = 0;
  let certificates = 10;

  const listener: Listener = {
    port: () => 0,
    open: () => {
      network.isDown = false;
      return Promise.resolve();
    },
    shut: () => {
      network.isDown = true;
      for (const session of sessions) session.reset();
      return Promise.resolve();
    },
    refuse: () => Promise.resolve(),
    reset: () => undefined,
  };
  const { breaks } = cloudBreaks(sessions, [listener], record);
  const sending = cloudSending(sessions, record);
  const newCertificate = () => {
    const serial = (++certificates).toString(16).padStart(2, '0');
    return { cert: `certificate ${serial}`, serial };
  };
  const authority = { sign: () => Promise.resolve(newCertificate()) };

  const accept = (url: string, closeCode: number | undefined): Observable<Socket> => {
    const others = [...sessions].filter((session) => session.isOpen());
    const { session, socket$ } = virtualSession(++opened, url, clock, sessionOptions, (gone) => sessions.delete(gone));
    sessions.add(session);
    if (secondSession === 'replace') for (const other of others) other.close(1008, 'the unit has another session');
    if (closeCode !== undefined) session.close(closeCode, '');
    return socket$;
  };
  const transport: Transport = {
    identify: () => [discoveryUrl],
    discover: ({ url, body }) => timer(handshake, clock).pipe(mergeMap(() => answerDiscovery(url, body))),
    openSocket: ({ url, token }) => {
      if (url === urlOf('black-hole')) return NEVER;
      return timer(handshake, clock).pipe(mergeMap(() => answerUpgrade(url, token)));
    },
    idle$: of(true),
  };
  const answers = discoveryAnswers({
    plan,
    validate: () => true,
    endpoints: () => [urlOf('proper')],
    url: () => discoveryUrl,
  });

  const answerDiscovery = (url: string, body: string): Observable<string> => {
    if (network.isDown) return fail(new DiscoveryError(url, 'connect ECONNREFUSED', { code: 'ECONNREFUSED' }));
    const request: unknown = JSON.parse(body);
    const systemId = isObject(request) && typeof request['systemId'] === 'string' ? request['systemId'] : '';
    const step = plan.discoveries.next();
    const seen = { kind: 'discovery', path: new URL(url).pathname, systemId, serial: '' } as const;
    if (step?.kind === 'http') {
      const { status: code, headers } = step;
      record.add({ ...seen, status: code, errorCode: undefined });
      return code === 200
        ? of(step.body)
        : fail(new DiscoveryError(url, `HTTP ${code}`, { code, ...retryAfterHeader(headers['Retry-After']) }));
    }
    const answer = answers(systemId, step);
    record.add({ ...seen, status: 200, errorCode: answer.errorCode });
    return later(JSON.stringify(answer));
  };

  const answerUpgrade = (url: string, token: string): Observable<Socket> => {
    const refusal = network.isDown ? 'ECONNREFUSED' : refusals[url];
    if (refusal !== undefined) return fail(new ConnectError(url, refusal, { code: refusal }));
    const seen = { kind: 'upgrade', tokenValid: token === plan.token, serial: '', resumed: false } as const;
    const refused = (status: number, headers: Readonly<Record<string, string>> = {}) => {
      record.add({ ...seen, status });
      if (status === 401) return fail(new UnauthorizedError(url));
      const what = `the upgrade was answered with HTTP ${status}`;
      return fail(new ConnectError(url, what, { code: status, ...retryAfterHeader(headers['Retry-After']) }));
    };
    if (!seen.tokenValid) return refused(401);
    if (secondSession === 'refuse' && [...sessions].some((session) => session.isOpen())) return refused(409);
    const step = plan.upgrades.next();
    if (step?.kind === 'refuse') return refused(step.status, step.headers);
    record.add({ ...seen, status: 101 });
    return defer(() => accept(url, step?.kind === 'close' ? step.code : undefined));
  };

  const later = <T>(value: T): Observable<T> => timer(latency, clock).pipe(map(() => value));
  const fail = (error: unknown): Observable<never> =>
    timer(latency, clock).pipe(mergeMap(() => throwError(() => error)));

  const credentials$ = new BehaviorSubject<Credentials>({ ca: 'ca', cert: 'certificate 0a', key: 'key 0a' });
  return {
    cloud: {
      ...cloudFaults(plan),
      ...breaks,
      ...sending,
      ...cloudRenewal({
        authority,
        message$: record.message$,
        send: (...message) => sending.send(...message),
        defaults: () => ({ commonName: 'unit-1', discoveryUrls: [discoveryUrl] }),
      }),
      event$: record.event$,
    },
    unitOptions: {
      credentials: credentials$,
      transport,
      scheduler: clock,
      now: () => clock.now(),
      ...(options.keystore === true && { keystore: virtualKeystore() }),
    },
    renewCredentials: () => {
      const { cert, serial } = newCertificate();
      credentials$.next({ ca: 'ca', cert, key: `key ${serial}` });
      return Promise.resolve();
    },
    scheduler: clock,
    urlOf,
    during: (work) => whileTimePasses(clock, work),
    end: () => Promise.resolve(),
  };
};
