/** The message with the txn of the header was refused for now. */
export const nack = {
  type: 'object',
  properties: {
    /** The type of the message. */
    messageType: { const: 'nack' },
    /** Ignored. */
    correlationId: { $ref: 'correlationId' },
    /** When to send it again, in milliseconds. */
    retryAfter: { type: 'integer', minimum: 0, maximum: 600_000, default: 500 },
  },
  required: ['messageType', 'retryAfter'],
  additionalProperties: false,
} as const;
