import type { IncomingMessage, ServerResponse } from 'node:http';
import type { CloudRecord } from './record.js';
import { type DiscoveryAnswersOptions, discoveryAnswers } from './discovery-answers.js';
import { type DiscoveryRequest, readDiscoveryRequest } from './discovery-request.js';
import type { HttpAnswer } from './fault-plan.js';
import { peerOf } from './peer.js';

export const DISCOVERY_PATH = '/sd/v7/';

const HOP = /^\/sd\/v7\/hops\/\d+\/$/;

export interface DiscoveryOptions extends DiscoveryAnswersOptions {
  readonly record: CloudRecord;
}

const failure = (status: number): HttpAnswer => ({ kind: 'http', status, headers: {}, body: '' });

/** Answers discovery requests: properly, or as the plan says. */
export const answerDiscoveries = (
  options: DiscoveryOptions,
): ((request: IncomingMessage, response: ServerResponse) => Promise<void>) => {
  const { plan, record } = options;
  const answer = discoveryAnswers(options);

  const failureOf = (path: string, method: string | undefined, body: DiscoveryRequest | undefined) => {
    if (path !== DISCOVERY_PATH && !HOP.test(path)) return failure(404);
    if (method !== 'POST') return failure(405);
    return body === undefined ? failure(400) : undefined;
  };

  return async (request, response) => {
    if (request.method === 'HEAD') {
      // Somebody only asks what time it is.
      response.writeHead(405).end();
      return;
    }
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
