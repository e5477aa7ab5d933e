import { defer, map, mergeMap, NEVER, of, throwError, timer, type Observable } from 'rxjs';
import { ConnectError, DiscoveryError, UnauthorizedError } from '../errors.js';
import { isObject } from '../protocol/read.js';
import { discoveryAnswers } from '../server/units/discovery-answers.js';
import type { FaultPlan } from '../testing/cloud/fault-plan.js';
import type { SecondSession } from '../server/units/sessions.js';
import type { Session, SessionOptions } from '../server/units/session.js';
import type { TimeLine } from '../testing/virtual/clock.js';
import { retryAfterHeader } from '../transport/retry-after-header.js';
import type { Socket, Transport } from '../transport/types.js';
import type { EndpointKind } from './scenario.js';
import { latency, VirtualSession } from './virtual-session.js';

/** The URL of service discovery. */
export const discoveryUrl = 'https://cloud.example/sd/v7/';

/** Returns the URL of an endpoint. */
export const urlOf = (kind: EndpointKind): string => `wss://${kind === 'proper' ? 'cloud' : kind}.example/ws/v7/`;

/** The error codes of attempts to open a link to what is no cloud, by URL. */
const refusals: Readonly<Record<string, string>> = {
  [urlOf('refusing')]: 'ECONNREFUSED',
  [urlOf('unknown-name')]: 'ENOTFOUND',
  [urlOf('no-tls')]: 'EPROTO',
};
/** TCP, TLS and a request, in milliseconds. */
const handshake = 4 * latency;

/** Options of {@link ModelCloud}. */
export interface VirtualCloudOptions {
  readonly clock: TimeLine;
  readonly plan: FaultPlan;
  readonly sessionOptions: SessionOptions;
  readonly secondSession: SecondSession;
}

/** A model of the cloud on loopback: discovery and sessions without sockets. */
export class ModelCloud {
  readonly sessions: Set<Session> = new Set<Session>();
  /** True during an outage. */
  isDown = false;
  readonly #options: VirtualCloudOptions;
  readonly #answer: ReturnType<typeof discoveryAnswers>;
  #opened = 0;

  constructor(options: VirtualCloudOptions) {
    this.#options = options;
    const endpoints = () => [urlOf('proper')];
    this.#answer = discoveryAnswers({ issue: () => options.plan.token, endpoints, url: () => discoveryUrl });
  }

  /** The transport of a unit that reaches this cloud. */
  get transport(): Transport {
    const { clock } = this.#options;
    return {
      identify: () => [discoveryUrl],
      discover: ({ url, body }) => timer(handshake, clock).pipe(mergeMap(() => this.#discover(url, body))),
      openSocket: ({ url, token }) =>
        url === urlOf('black-hole') ? NEVER : timer(handshake, clock).pipe(mergeMap(() => this.#upgrade(url, token))),
      idle$: of(true),
    };
  }

  #discover(url: string, body: string): Observable<string> {
    const { plan, sessionOptions } = this.#options;
    if (this.isDown) return this.#fail(new DiscoveryError(url, 'connect ECONNREFUSED', { code: 'ECONNREFUSED' }));
    const systemId = systemIdOf(body);
    const step = plan.discoveries.next();
    const seen = { kind: 'discovery', path: new URL(url).pathname, systemId, serial: '' } as const;
    if (step?.kind === 'http') {
      const { status: code, headers } = step;
      sessionOptions.record.add({ ...seen, status: code, errorCode: undefined });
      if (code === 200) return of(step.body);
      const retryAfter = retryAfterHeader(headers['Retry-After']);
      return this.#fail(new DiscoveryError(url, `HTTP ${code}`, { code, ...retryAfter }));
    }
    const answer = this.#answer(systemId, { errorCode: 0, nextRequestDelay: plan.nextRequestDelay }, step);
    sessionOptions.record.add({ ...seen, status: 200, errorCode: answer.errorCode });
    return timer(latency, this.#options.clock).pipe(map(() => JSON.stringify(answer)));
  }

  #upgrade(url: string, token: string): Observable<Socket> {
    const { plan, sessionOptions, secondSession } = this.#options;
    const refusal = this.isDown ? 'ECONNREFUSED' : refusals[url];
    if (refusal !== undefined) return this.#fail(new ConnectError(url, refusal, { code: refusal }));
    const seen = { kind: 'upgrade', tokenValid: token === plan.token, serial: '', resumed: false } as const;
    const refused = (status: number, headers: Readonly<Record<string, string>> = {}) => {
      sessionOptions.record.add({ ...seen, status });
      return this.#fail(refusedUpgrade(url, status, headers));
    };
    if (!seen.tokenValid) return refused(401);
    if (secondSession === 'refuse' && this.#openSessions().length > 0) return refused(409);
    const step = plan.upgrades.next();
    if (step?.kind === 'refuse') return refused(step.status, step.headers);
    sessionOptions.record.add({ ...seen, status: 101 });
    return defer(() => this.#accept(url, step?.kind === 'close' ? step.code : undefined));
  }

  #accept(url: string, closeCode: number | undefined): Observable<Socket> {
    const { clock, sessionOptions, secondSession } = this.#options;
    const others = this.#openSessions();
    const onGone = (gone: Session) => this.sessions.delete(gone);
    const session = new VirtualSession({ ...sessionOptions, session: ++this.#opened, url, clock, onGone });
    this.sessions.add(session);
    if (secondSession === 'replace') for (const other of others) other.close(1008, 'the unit has another session');
    if (closeCode !== undefined) session.close(closeCode, '');
    return session.socket$;
  }

  #openSessions(): Session[] {
    return [...this.sessions].filter((session) => session.isOpen());
  }

  #fail(error: unknown): Observable<never> {
    return timer(latency, this.#options.clock).pipe(mergeMap(() => throwError(() => error)));
  }
}

const systemIdOf = (body: string): string => {
  const request: unknown = JSON.parse(body);
  return isObject(request) && typeof request['systemId'] === 'string' ? request['systemId'] : '';
};

const refusedUpgrade = (url: string, status: number, headers: Readonly<Record<string, string>>): ConnectError => {
  if (status === 401) return new UnauthorizedError(url);
  const what = `the upgrade was answered with HTTP ${status}`;
  return new ConnectError(url, what, { code: status, ...retryAfterHeader(headers['Retry-After']) });
};
