/** The state that an instance is to take. */
export const updateState = {
  type: 'object',
  properties: {
    messageType: { const: 'updateState' },
    correlationId: { $ref: 'correlationId' },
    item: { $ref: 'identity' },
    subject: { $ref: 'identity' },
    instance: { type: 'integer', minimum: 0, default: 0 },
    /** SHA3-224 of the state, as hex. */
    stateChecksum: { $ref: 'digest' },
    state: { type: 'string', maxLength: 65_536, default: '', secret: true },
  },
  required: ['messageType', 'item', 'subject', 'instance', 'stateChecksum', 'state'],
  additionalProperties: false,
} as const;
