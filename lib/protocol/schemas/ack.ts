/** The message with the txn of the header was taken. */
export const ack = {
  type: 'object',
  properties: { messageType: { const: 'ack' }, correlationId: { $ref: 'correlationId' } },
  required: ['messageType'],
  additionalProperties: false,
} as const;
