import { durationPattern } from './duration.js';

type Schema = Readonly<Record<string, unknown>>;

const text: Schema = { type: 'string', minLength: 1 };
const name: Schema = { type: 'string', pattern: '^\\S+$', isName: true };
const whole: Schema = { type: 'integer', minimum: 0 };
const times: Schema = { type: 'integer', minimum: 1 };
const yes: Schema = { const: true };
const duration: Schema = { anyOf: [whole, { type: 'string', pattern: durationPattern }], isDuration: true };
const durationOrTrue: Schema = { anyOf: [yes, whole, { type: 'string', pattern: durationPattern }], isDuration: true };
const members = (properties: Schema, required: readonly string[] = []): Schema => ({
  type: 'object',
  properties,
  required,
  additionalProperties: false,
});

const message: Schema = { type: 'object', required: ['messageType'], properties: { messageType: text } };
const status: Schema = { type: 'integer', minimum: 200, maximum: 599 };
const code: Schema = { type: 'integer', minimum: 1000, maximum: 4999 };
const time = { at: duration, when: text, after: duration };
const certificate = members({ type: text, node: text, serial: text }, ['type', 'node']);

/** The schemas of the actions of the cloud. */
export const cloudActionSchemas: Readonly<Record<string, Schema>> = {
  failDiscovery: members({ status, body: { type: 'string' }, retryAfter: duration, times }),
  answerDiscovery: members(
    {
      errorCode: { type: 'integer' },
      nextRequestDelay: duration,
      endpoints: {
        type: 'array',
        items: { enum: ['proper', 'refusing', 'unknown-name', 'no-tls', 'black-hole'] },
      },
      times,
    },
    ['errorCode'],
  ),
  redirectDiscovery: members({ hops: times }),
  delayDiscoveries: { anyOf: [{ type: 'null' }, ...(duration['anyOf'] as Schema[])], isDuration: true },
  refuseUpgrades: members({ status, retryAfter: duration, times }),
  expireToken: yes,
  acceptThenClose: members({ times, code }),
  nack: members({ retryAfter: duration, times }),
  dropAcks: times,
  clearFaults: yes,
  closeSessions: code,
  resetSessions: yes,
  dropSessions: yes,
  silence: durationOrTrue,
  stopReading: durationOrTrue,
  resume: yes,
  outage: durationOrTrue,
  restore: yes,
  restart: duration,
  send: message,
  sendFrame: { type: 'string' },
  ping: times,
  renewCertificates: members({ certificates: { type: 'array', items: certificate } }),
};

/** The schemas of the actions of the app. */
export const appActionSchemas: Readonly<Record<string, Schema>> = {
  send: message,
  withdraw: name,
  stop: { anyOf: [yes, members({ drain: { type: 'boolean' }, timeout: duration })] },
  start: yes,
  newCredentials: yes,
};

const sendOptions = members({
  policy: { enum: ['expectAck', 'sendOnly'] },
  lane: { enum: ['urgent', 'normal', 'bulk'] },
  overflow: { enum: ['reject', 'drop-oldest', 'drop-newest'] },
  coalesceKey: text,
  ttl: duration,
});

const backoff: Schema = {
  anyOf: [{ enum: ['aos', 'fleet'] }, members({ attempts: times, initialDelay: duration, maxDelay: duration })],
};

const options = members({
  ackTimeout: duration,
  backoff,
  connectTimeout: duration,
  keystore: { type: 'boolean' },
  maxMessageBytes: whole,
  maxPayload: whole,
  maxQueued: whole,
  maxQueuedBytes: whole,
  maxRetries: whole,
  overflow: { type: ['string', 'object'] },
  makeBeforeBreak: { type: 'boolean' },
  pongTimeout: duration,
  rate: { type: 'number' },
  sendTimeout: duration,
  silenceFactor: { type: 'number' },
  stableAfter: duration,
  maxInFlight: whole,
});

const cloudOptions = members({
  pingInterval: duration,
  acks: { type: 'boolean' },
  nextRequestDelay: duration,
  secondSession: { enum: ['allow', 'refuse', 'replace'] },
});

const event: Schema = { type: 'string', pattern: '^(unit|app|message|cloud) .+', isEvent: true };

/** The JSON Schema of a scenario as it is written; that a step has one action is checked elsewhere. */
export const scenarioSchema: Schema = members(
  {
    name: text,
    about: text,
    options,
    cloudOptions,
    cloud: { type: 'array', items: members({ ...time, as: name, ...cloudActionSchemas }) },
    app: {
      type: 'array',
      items: members({ ...time, as: name, times, with: sendOptions, ...appActionSchemas }),
    },
    see: {
      type: 'array',
      items: {
        if: { type: 'string' },
        then: event,
        else: members({ event, from: duration, by: duration, at: duration }, ['event']),
      },
    },
    never: { type: 'array', items: event },
    linger: duration,
    lasts: duration,
  },
  ['name', 'see'],
);
