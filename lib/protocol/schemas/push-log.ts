/** One part of a log that the cloud requested. */
export const pushLog = {
  type: 'object',
  properties: {
    /** The type of the message. */
    messageType: { const: 'pushLog' },
    /** That of the request. */
    correlationId: { $ref: 'correlationId' },
    /** The node that the log comes from. */
    node: { $ref: 'codenamed' },
    /** The number of the part, from 1. */
    part: { $ref: 'count' },
    /** The number of parts. */
    partsCount: { $ref: 'count' },
    /** The part of the log: a gzip stream of its own, as base64 without line breaks. */
    content: { type: 'string', pattern: '^[A-Za-z0-9+/]*={0,2}$', secret: true },
    /** `empty`: nothing was found; `absent`: the instance does not exist. */
    status: { type: 'string', enum: ['ok', 'error', 'empty', 'absent'] },
    /** The reason of the failure; absent if nothing failed. */
    errorInfo: { $ref: 'errorInfo' },
  },
  required: ['messageType', 'node', 'part', 'partsCount', 'content', 'status'],
  additionalProperties: false,
} as const;
