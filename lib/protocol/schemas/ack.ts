/** The message with the txn of the header was taken. */
export const ack = {
  type: 'object',
  properties: {
    /** The type of the message. */
    messageType: { const: 'ack' },
    /** Ignored. */
    correlationId: { $ref: 'correlationId' },
  },
  required: ['messageType'],
  additionalProperties: false,
} as const;
