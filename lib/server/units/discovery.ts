import type { IncomingMessage, ServerResponse } from 'node:http';
import { type DiscoveryAnswersOptions, type DiscoveryDecision, discoveryAnswers } from './discovery-answers.js';
import { type DiscoveryRequest, readDiscoveryRequest } from './discovery-request.js';
import { type Peer, peerOf } from './peer.js';
import type { HttpAnswer, UnitFaults, UnitRecord } from './unit-faults.js';

/** The path of service discovery. */
export const DISCOVERY_PATH = '/sd/v7/';

const HOP = /^\/sd\/v7\/hops\/\d+\/$/;

/** Decides where a unit is to connect; `peer` is the certificate that it presented. */
export type Discover = (systemId: string, peer: Peer) => DiscoveryDecision | Promise<DiscoveryDecision>;

/** Dependencies of {@link answerDiscoveries}. */
export interface DiscoveryOptions extends DiscoveryAnswersOptions {
  readonly plan: Pick<UnitFaults, 'discoveries'>;
  readonly record: UnitRecord;
  /** Decides about a unit. */
  readonly discover: Discover;
}

const failure = (status: number): HttpAnswer => ({ kind: 'http', status, headers: {}, body: '' });

/** Answers discovery requests: regularly, or as a fault says. */
export const answerDiscoveries = (
  options: DiscoveryOptions,
): ((request: IncomingMessage, response: ServerResponse) => Promise<void>) => {
  const { plan, record, discover } = options;
  const answer = discoveryAnswers(options);

  const answerTo = async (systemId: string, peer: Peer, step: Parameters<typeof answer>[2]) =>
    answer(systemId, await discover(systemId, peer), step);

  const failureOf = (path: string, method: string | undefined, body: DiscoveryRequest | undefined) => {
    if (path !== DISCOVERY_PATH && !HOP.test(path)) return failure(404);
    if (method !== 'POST') return failure(405);
    return body === undefined ? failure(400) : undefined;
  };

  return async (request, response) => {
    if (request.method === 'HEAD') {
      // The request is only for the time.
      response.writeHead(405).end();
      return;
    }
    const peer = peerOf(request.socket);
    const { serial } = peer;
    const path = (request.url ?? '').replace(/\?.*/, '');
    const body = await readDiscoveryRequest(request);
    if (response.destroyed) return;
    const systemId = body?.systemId;
    const step = failureOf(path, request.method, body) ?? plan.discoveries.next();
    if (step?.kind === 'http') {
      record.add({ kind: 'discovery', path, status: step.status, errorCode: undefined, systemId, serial });
      response.writeHead(step.status, step.headers).end(step.body);
      return;
    }
    const answered = await answerTo(systemId ?? '', peer, step).catch(() => undefined);
    if (answered === undefined) {
      record.add({ kind: 'discovery', path, status: 503, errorCode: undefined, systemId, serial });
      response.writeHead(503, { 'Retry-After': '5' }).end();
      return;
    }
    record.add({ kind: 'discovery', path, status: 200, errorCode: answered.errorCode, systemId, serial });
    response.writeHead(200, { 'Content-Type': 'application/json' }).end(JSON.stringify(answered));
  };
};
