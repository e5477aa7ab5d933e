/** The state that an instance must take. */
export const updateState = {
  type: 'object',
  properties: {
    /** The type of the message. */
    messageType: { const: 'updateState' },
    /** Pairs an answer with its request. */
    correlationId: { $ref: 'correlationId' },
    /** The item: a service, a component or a layer. */
    item: { $ref: 'identity' },
    /** The subject that the instance runs for. */
    subject: { $ref: 'identity' },
    /** The number of the instance. Filled with 0 if absent. */
    instance: { type: 'integer', minimum: 0, default: 0 },
    /** SHA3-224 of the state, as hex. */
    stateChecksum: { $ref: 'digest' },
    /** The state. Filled with `''` if absent. */
    state: { type: 'string', maxLength: 65_536, default: '', secret: true },
  },
  required: ['messageType', 'item', 'subject', 'instance', 'stateChecksum', 'state'],
  additionalProperties: false,
} as const;
