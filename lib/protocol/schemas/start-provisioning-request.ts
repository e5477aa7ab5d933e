/** A request for the CSRs of a node; answered by `startProvisioningResponse`. */
export const startProvisioningRequest = {
  type: 'object',
  properties: {
    /** The type of the message. */
    messageType: { const: 'startProvisioningRequest' },
    /** Pairs an answer with its request. */
    correlationId: { $ref: 'correlationId' },
    /** The node that must make keys. */
    node: { $ref: 'codenamed' },
    /** The password of the key storage of the node. Filled with `''` if absent. */
    password: { type: 'string', maxLength: 64, default: '', secret: true },
  },
  required: ['messageType', 'node', 'password'],
  additionalProperties: false,
} as const;
