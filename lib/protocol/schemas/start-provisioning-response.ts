/** The CSRs of a node: all of them, or those made before the error. */
export const startProvisioningResponse = {
  type: 'object',
  properties: {
    /** The type of the message. */
    messageType: { const: 'startProvisioningResponse' },
    /** That of the request. */
    correlationId: { $ref: 'correlationId' },
    /** The node of the request. */
    node: { $ref: 'codenamed' },
    /** The reason of the failure; absent if nothing failed. */
    errorInfo: { $ref: 'errorInfo' },
    /** One entry for each key. */
    csrs: {
      type: 'array',
      items: {
        type: 'object',
        properties: {
          /** The type of the certificate that is requested. */
          type: { $ref: 'certificateType' },
          /** The certificate signing request as PEM. */
          csr: { $ref: 'csr' },
        },
        required: ['type', 'csr'],
        additionalProperties: false,
      },
    },
  },
  required: ['messageType', 'node', 'csrs'],
  additionalProperties: false,
} as const;
