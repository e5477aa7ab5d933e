import type { IncomingMessage, ServerResponse } from 'node:http';
import type { CloudRecord } from './cloud-record.js';
import { type DiscoveryRequest, readDiscoveryRequest } from './discovery-request.js';
import type { DiscoveryStep, FaultPlan, HttpAnswer } from './fault-plan.js';
import { peerOf } from './peer.js';

export const DISCOVERY_PATH = '/sd/v7/';

const HOP = /^\/sd\/v7\/hops\/\d+\/$/;

export interface DiscoveryOptions {
  readonly plan: FaultPlan;
  readonly record: CloudRecord;
  readonly validate: (systemId: string) => boolean;
  /** The URLs of an answer when nothing is wrong. */
  readonly endpoints: () => readonly string[];
  /** The discovery URL of this server. */
  readonly url: () => string;
}

const failure = (status: number): HttpAnswer => ({ kind: 'http', status, headers: {}, body: '' });

/** Answers discovery requests: properly, or as the plan says. */
export const answerDiscoveries = (
  options: DiscoveryOptions,
): ((request: IncomingMessage, response: ServerResponse) => Promise<void>) => {
  const { plan, record, validate, endpoints, url } = options;
  let hops = 0;

  const errorCodeOf = (systemId: string, step: DiscoveryStep | undefined): number => {
    if (step?.kind === 'redirect') return 1;
    if (step?.kind === 'answer') return step.errorCode;
    return validate(systemId) ? 0 : -1;
  };

  const connectionInfoOf = (errorCode: number, step: DiscoveryStep | undefined): readonly string[] => {
    if (step?.kind === 'redirect') return [`${url()}hops/${++hops}/`];
    const answered = step?.kind === 'answer' ? step.connectionInfo : undefined;
    return answered ?? (errorCode === 0 ? endpoints() : []);
  };

  const answer = (systemId: string, step: Exclude<DiscoveryStep, HttpAnswer> | undefined) => {
    const errorCode = errorCodeOf(systemId, step);
    const delay = step?.kind === 'answer' ? step.nextRequestDelay : undefined;
    return {
      version: 7,
      systemId,
      connectionInfo: connectionInfoOf(errorCode, step),
      authToken: errorCode === 0 ? plan.token : '',
      errorCode,
      nextRequestDelay: delay === undefined ? plan.nextRequestDelay : delay,
    };
  };

  const failureOf = (path: string, method: string | undefined, body: DiscoveryRequest | undefined) => {
    if (path !== DISCOVERY_PATH && !HOP.test(path)) return failure(404);
    if (method !== 'POST') return failure(405);
    return body === undefined ? failure(400) : undefined;
  };

  return async (request, response) => {
    const { serial } = peerOf(request.socket);
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
    const answered = answer(systemId ?? '', step);
    record.add({ kind: 'discovery', path, status: 200, errorCode: answered.errorCode, systemId, serial });
    response.writeHead(200, { 'Content-Type': 'application/json' }).end(JSON.stringify(answered));
  };
};
