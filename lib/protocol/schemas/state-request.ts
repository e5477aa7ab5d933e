/** Asks for the state of an instance; answered by `updateState`. */
export const stateRequest = {
  type: 'object',
  properties: {
    messageType: { const: 'stateRequest' },
    correlationId: { $ref: 'correlationId' },
    item: { $ref: 'identity' },
    subject: { $ref: 'identity' },
    instance: { $ref: 'count' },
    /** True: the initial state; false: the latest that the cloud has. */
    default: { type: 'boolean' },
  },
  required: ['messageType', 'item', 'subject', 'instance', 'default'],
  additionalProperties: false,
} as const;
