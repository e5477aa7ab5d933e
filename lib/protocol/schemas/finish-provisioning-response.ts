/** Whether the certificates of a node were installed. */
export const finishProvisioningResponse = {
  type: 'object',
  properties: {
    messageType: { const: 'finishProvisioningResponse' },
    correlationId: { $ref: 'correlationId' },
    node: { $ref: 'codenamed' },
    errorInfo: { $ref: 'errorInfo' },
  },
  required: ['messageType', 'node'],
  additionalProperties: false,
} as const;
