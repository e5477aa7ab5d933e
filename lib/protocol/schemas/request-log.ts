/** A request for logs; answered by one `pushLog` for each part, all with the same `correlationId`. */
export const requestLog = {
  type: 'object',
  properties: {
    /** The type of the message. */
    messageType: { const: 'requestLog' },
    /** Names the request; every part of the answer carries it too. */
    correlationId: { $ref: 'correlationId' },
    /** The kind of log. */
    logType: { type: 'string', enum: ['systemLog', 'instanceLog', 'crashLog'] },
    /** The part of the log that is requested. */
    filter: {
      type: 'object',
      properties: {
        /** The first moment, inclusive. */
        from: { $ref: 'time' },
        /** The end, exclusive. */
        till: { $ref: 'time' },
        /** The nodes; absent for all. */
        nodeIds: { type: 'array', items: { $ref: 'codenamed' } },
        /** The item; absent for any. */
        item: { $ref: 'identity' },
        /** The subject; absent for any. */
        subject: { $ref: 'identity' },
        /** The number of the instance; absent for any. */
        instance: { $ref: 'count' },
      },
      additionalProperties: false,
    },
    /** The way to send the log. */
    uploadOptions: {
      type: 'object',
      properties: {
        /** `wss`: as `pushLog`; `https`: as an upload. */
        type: { type: 'string', enum: ['https', 'wss'] },
        /** The URL of the upload. */
        url: { type: 'string', maxLength: 4096, wire: 'lenient' },
        /** The token of the upload. */
        bearerToken: { type: 'string', maxLength: 8192, secret: true },
        /** The time at which the token expires. */
        bearerTokenTtl: { type: 'string', format: 'date-time', wire: 'lenient' },
      },
      required: ['type'],
      additionalProperties: false,
    },
  },
  required: ['messageType', 'logType', 'filter'],
  additionalProperties: false,
} as const;
