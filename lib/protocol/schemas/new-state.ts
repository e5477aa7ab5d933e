/** The state of an instance has changed; answered by `stateAcceptance`. */
export const newState = {
  type: 'object',
  properties: {
    messageType: { const: 'newState' },
    correlationId: { $ref: 'correlationId' },
    item: { $ref: 'identity' },
    subject: { $ref: 'identity' },
    instance: { $ref: 'count' },
    /** SHA3-224 of the state. */
    stateChecksum: { $ref: 'hex' },
    state: { type: 'string', maxLength: 65_536, secret: true },
  },
  required: ['messageType', 'item', 'subject', 'instance', 'stateChecksum', 'state'],
  additionalProperties: false,
} as const;
