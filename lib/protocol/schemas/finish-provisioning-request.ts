/** The certificates of a node; answered by `finishProvisioningResponse`. */
export const finishProvisioningRequest = {
  type: 'object',
  properties: {
    /** The type of the message. */
    messageType: { const: 'finishProvisioningRequest' },
    /** Pairs an answer with its request. */
    correlationId: { $ref: 'correlationId' },
    /** The node that must install the certificates. */
    node: { $ref: 'codenamed' },
    /** The certificates to install. */
    certificates: {
      type: 'array',
      items: {
        type: 'object',
        properties: {
          /** The type of the certificate. */
          type: { $ref: 'certificateTypeName' },
          /** The certificate chain as PEM, the leaf first. */
          chain: { $ref: 'certificateChain' },
        },
        required: ['type', 'chain'],
        additionalProperties: false,
      },
    },
    /** The password of the key storage of the node. Filled with `''` if absent. */
    password: { type: 'string', maxLength: 64, default: '', secret: true },
  },
  required: ['messageType', 'node', 'certificates', 'password'],
  additionalProperties: false,
} as const;
