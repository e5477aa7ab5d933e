/** Whether the cloud took a state; belongs to the `newState` of the same instance and checksum. */
export const stateAcceptance = {
  type: 'object',
  properties: {
    messageType: { const: 'stateAcceptance' },
    correlationId: { $ref: 'correlationId' },
    item: { $ref: 'identity' },
    subject: { $ref: 'identity' },
    instance: { type: 'integer', minimum: 0, default: 0 },
    /** As in `stateChecksum`. */
    checksum: { $ref: 'digest' },
    result: { type: 'string', enum: ['accepted', 'rejected'] },
    reason: { type: 'string', maxLength: 256, default: '', wire: 'lenient' },
  },
  required: ['messageType', 'item', 'subject', 'instance', 'checksum', 'result', 'reason'],
  additionalProperties: false,
} as const;
