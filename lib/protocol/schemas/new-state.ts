/** A changed state of an instance; answered by `stateAcceptance`. */
export const newState = {
  type: 'object',
  properties: {
    /** The type of the message. */
    messageType: { const: 'newState' },
    /** Pairs an answer with its request. */
    correlationId: { $ref: 'correlationId' },
    /** The item: a service, a component or a layer. */
    item: { $ref: 'identity' },
    /** The subject that the instance runs for. */
    subject: { $ref: 'identity' },
    /** The number of the instance, from 0. */
    instance: { $ref: 'count' },
    /** SHA3-224 of the state. */
    stateChecksum: { $ref: 'hex' },
    /** The state, up to 65,536 characters. */
    state: { type: 'string', maxLength: 65_536, secret: true },
  },
  required: ['messageType', 'item', 'subject', 'instance', 'stateChecksum', 'state'],
  additionalProperties: false,
} as const;
