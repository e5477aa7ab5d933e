/** JSON Schemas of the subscription profile: the messages between a dashboard and its server. */

export const hello = {
  type: 'object',
  properties: {
    messageType: { const: 'hello' },
    protocol: { type: 'string' },
    token: { type: 'string' },
    lastSession: { type: 'string' },
  },
  required: ['messageType', 'protocol'],
} as const;

export const welcome = {
  type: 'object',
  properties: {
    messageType: { const: 'welcome' },
    sessionId: { type: 'string' },
    serverId: { type: 'string' },
    heartbeatMs: { type: 'integer', minimum: 0 },
    limits: {
      type: 'object',
      properties: { maxSubscriptions: { type: 'integer', minimum: 0 }, maxFrame: { type: 'integer', minimum: 0 } },
    },
  },
  required: ['messageType', 'sessionId', 'serverId'],
} as const;

export const subscribe = {
  type: 'object',
  properties: {
    messageType: { const: 'subscribe' },
    subId: { type: 'string' },
    gen: { type: 'integer', minimum: 0 },
    topic: { type: 'string' },
    params: {},
    resume: {
      type: 'object',
      properties: { epoch: { type: 'string' }, offset: { type: 'integer', minimum: 0 } },
      required: ['epoch', 'offset'],
    },
    maxRateHz: { type: 'number', minimum: 0 },
  },
  required: ['messageType', 'subId', 'gen', 'topic'],
} as const;

export const snapshot = {
  type: 'object',
  properties: {
    messageType: { const: 'snapshot' },
    subId: { type: 'string' },
    gen: { type: 'integer', minimum: 0 },
    epoch: { type: 'string' },
    offset: { type: 'integer', minimum: 0 },
    seq: { type: 'integer', minimum: 0 },
    asOf: { type: 'number' },
    payload: {},
    more: { type: 'boolean' },
  },
  required: ['messageType', 'subId', 'gen', 'epoch', 'offset', 'seq', 'asOf', 'payload'],
} as const;

export const resumed = {
  type: 'object',
  properties: {
    messageType: { const: 'resumed' },
    subId: { type: 'string' },
    gen: { type: 'integer', minimum: 0 },
    epoch: { type: 'string' },
    offset: { type: 'integer', minimum: 0 },
    count: { type: 'integer', minimum: 0 },
  },
  required: ['messageType', 'subId', 'gen', 'epoch', 'offset', 'count'],
} as const;

export const update = {
  type: 'object',
  properties: {
    messageType: { const: 'update' },
    subId: { type: 'string' },
    gen: { type: 'integer', minimum: 0 },
    seq: { type: 'integer', minimum: 0 },
    offset: { type: 'integer', minimum: 0 },
    ts: { type: 'number' },
    payload: {},
    thinned: { type: 'integer', minimum: 0 },
  },
  required: ['messageType', 'subId', 'gen', 'seq', 'offset', 'ts', 'payload'],
} as const;

export const heartbeat = {
  type: 'object',
  properties: {
    messageType: { const: 'heartbeat' },
    ts: { type: 'number' },
    seqs: { type: 'object', additionalProperties: { type: 'integer', minimum: 0 } },
    slow: { type: 'boolean' },
  },
  required: ['messageType', 'ts'],
} as const;

export const renew = {
  type: 'object',
  properties: { messageType: { const: 'renew' }, expiresInMs: { type: 'integer', minimum: 0 } },
  required: ['messageType', 'expiresInMs'],
} as const;

export const ping = {
  type: 'object',
  properties: { messageType: { const: 'ping' }, t: { type: 'number' } },
  required: ['messageType', 't'],
} as const;

export const pong = {
  type: 'object',
  properties: { messageType: { const: 'pong' }, t: { type: 'number' } },
  required: ['messageType', 't'],
} as const;

export const unsubscribe = {
  type: 'object',
  properties: {
    messageType: { const: 'unsubscribe' },
    subId: { type: 'string' },
    gen: { type: 'integer', minimum: 0 },
  },
  required: ['messageType', 'subId', 'gen'],
} as const;

export const ended = {
  type: 'object',
  properties: {
    messageType: { const: 'ended' },
    subId: { type: 'string' },
    gen: { type: 'integer', minimum: 0 },
    code: { type: 'string' },
    reason: { type: 'string' },
    retryAfter: { type: 'integer', minimum: 0 },
  },
  required: ['messageType', 'subId', 'gen', 'code'],
} as const;

export const goaway = {
  type: 'object',
  properties: {
    messageType: { const: 'goaway' },
    reason: { type: 'string' },
    drainMs: { type: 'integer', minimum: 0 },
    avoid: { type: 'string' },
  },
  required: ['messageType'],
} as const;

export const linkReport = {
  type: 'object',
  properties: {
    messageType: { const: 'linkReport' },
    lostAt: { type: 'number' },
    downMs: { type: 'integer', minimum: 0 },
    code: { type: 'string' },
    attempts: { type: 'integer', minimum: 0 },
    detectedBy: { enum: ['close', 'silence', 'pong', 'monitor', 'goaway', 'page', 'summary'] },
    gaps: { type: 'integer', minimum: 0 },
    counters: { type: 'object', additionalProperties: { type: 'number' } },
  },
  required: ['messageType', 'detectedBy'],
} as const;

export const ack = {
  type: 'object',
  properties: { messageType: { const: 'ack' } },
  required: ['messageType'],
} as const;

export const nack = {
  type: 'object',
  properties: { messageType: { const: 'nack' }, retryAfter: { type: 'integer', minimum: 0 } },
  required: ['messageType'],
} as const;
