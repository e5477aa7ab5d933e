/** Asks for logs; answered by one `pushLog` a part, all with the same correlationId. */
export const requestLog = {
  type: 'object',
  properties: {
    messageType: { const: 'requestLog' },
    correlationId: { $ref: 'correlationId' },
    logType: { type: 'string', enum: ['systemLog', 'instanceLog', 'crashLog'] },
    filter: {
      type: 'object',
      properties: {
        /** Inclusive. */
        from: { $ref: 'time' },
        /** Exclusive. */
        till: { $ref: 'time' },
        /** Left out: all nodes. */
        nodeIds: { type: 'array', items: { $ref: 'codenamed' } },
        /** Left out: any, like `subject` and `instance`. */
        item: { $ref: 'identity' },
        subject: { $ref: 'identity' },
        instance: { $ref: 'count' },
      },
      additionalProperties: false,
    },
    uploadOptions: {
      type: 'object',
      properties: {
        type: { type: 'string', enum: ['https', 'wss'] },
        url: { type: 'string', maxLength: 4096, wire: 'lenient' },
        bearerToken: { type: 'string', maxLength: 8192, secret: true },
        bearerTokenTtl: { type: 'string', format: 'date-time', wire: 'lenient' },
      },
      required: ['type'],
      additionalProperties: false,
    },
  },
  required: ['messageType', 'logType', 'filter'],
  additionalProperties: false,
} as const;
