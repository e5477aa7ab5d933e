/** The decision of the cloud about the `newState` of the same instance and checksum. */
export const stateAcceptance = {
  type: 'object',
  properties: {
    /** The type of the message. */
    messageType: { const: 'stateAcceptance' },
    /** Pairs an answer with its request. */
    correlationId: { $ref: 'correlationId' },
    /** The item: a service, a component or a layer. */
    item: { $ref: 'identity' },
    /** The subject that the instance runs for. */
    subject: { $ref: 'identity' },
    /** The number of the instance. Filled with 0 if absent. */
    instance: { type: 'integer', minimum: 0, default: 0 },
    /** The `stateChecksum` of the `newState`. */
    checksum: { $ref: 'digest' },
    /** The decision of the cloud. */
    result: { type: 'string', enum: ['accepted', 'rejected'] },
    /** The reason, for people. Filled with `''` if absent. */
    reason: { type: 'string', maxLength: 256, default: '', wire: 'lenient' },
  },
  required: ['messageType', 'item', 'subject', 'instance', 'checksum', 'result', 'reason'],
  additionalProperties: false,
} as const;
