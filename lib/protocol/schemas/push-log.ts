/** One part of a log that the cloud asked for. */
export const pushLog = {
  type: 'object',
  properties: {
    messageType: { const: 'pushLog' },
    correlationId: { $ref: 'correlationId' },
    node: { $ref: 'codenamed' },
    /** From 1. */
    part: { $ref: 'count' },
    partsCount: { $ref: 'count' },
    /** A gzip stream of its own, as base64 without line breaks. */
    content: { type: 'string', pattern: '^[A-Za-z0-9+/]*={0,2}$', secret: true },
    /** `empty`: nothing was found; `absent`: there is no such instance. */
    status: { type: 'string', enum: ['ok', 'error', 'empty', 'absent'] },
    errorInfo: { $ref: 'errorInfo' },
  },
  required: ['messageType', 'node', 'part', 'partsCount', 'content', 'status'],
  additionalProperties: false,
} as const;
