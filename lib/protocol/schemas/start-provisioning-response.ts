/** The CSRs of a node: all, or those made before the error. */
export const startProvisioningResponse = {
  type: 'object',
  properties: {
    messageType: { const: 'startProvisioningResponse' },
    correlationId: { $ref: 'correlationId' },
    node: { $ref: 'codenamed' },
    errorInfo: { $ref: 'errorInfo' },
    csrs: {
      type: 'array',
      items: {
        type: 'object',
        properties: { type: { $ref: 'certificateType' }, csr: { $ref: 'csr' } },
        required: ['type', 'csr'],
        additionalProperties: false,
      },
    },
  },
  required: ['messageType', 'node', 'csrs'],
  additionalProperties: false,
} as const;
