/** The message with the txn of the header was refused for now. */
export const nack = {
  type: 'object',
  properties: {
    /** The type of the message. */
    messageType: { const: 'nack' },
    /** Ignored. */
    correlationId: { $ref: 'correlationId' },
    /** The wait before the message is sent again, in milliseconds. Filled with 500 if absent. */
    retryAfter: { type: 'integer', minimum: 0, maximum: 600_000, default: 500 },
  },
  required: ['messageType', 'retryAfter'],
  additionalProperties: false,
} as const;
