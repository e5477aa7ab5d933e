/** A request for the state of an instance; answered by `updateState`. */
export const stateRequest = {
  type: 'object',
  properties: {
    /** The type of the message. */
    messageType: { const: 'stateRequest' },
    /** Pairs an answer with its request. */
    correlationId: { $ref: 'correlationId' },
    /** The item: a service, a component or a layer. */
    item: { $ref: 'identity' },
    /** The subject that the instance runs for. */
    subject: { $ref: 'identity' },
    /** The number of the instance, from 0. */
    instance: { $ref: 'count' },
    /** True for the initial state, false for the latest one that the cloud has. */
    default: { type: 'boolean' },
  },
  required: ['messageType', 'item', 'subject', 'instance', 'default'],
  additionalProperties: false,
} as const;
