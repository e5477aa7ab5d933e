/** A request to delete the keys of a node; answered by `deprovisioningResponse`. */
export const deprovisioningRequest = {
  type: 'object',
  properties: {
    /** The type of the message. */
    messageType: { const: 'deprovisioningRequest' },
    /** Pairs an answer with its request. */
    correlationId: { $ref: 'correlationId' },
    /** The node that must delete its keys. */
    node: { $ref: 'codenamed' },
    /** The password of the key storage of the node. Filled with `''` if absent. */
    password: { type: 'string', maxLength: 64, default: '', secret: true },
  },
  required: ['messageType', 'node', 'password'],
  additionalProperties: false,
} as const;
