/** The message with the txn of the header was accepted. */
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
