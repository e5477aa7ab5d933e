/** Whether a node forgot its keys. */
export const deprovisioningResponse = {
  type: 'object',
  properties: {
    messageType: { const: 'deprovisioningResponse' },
    correlationId: { $ref: 'correlationId' },
    node: { $ref: 'codenamed' },
    errorInfo: { $ref: 'errorInfo' },
  },
  required: ['messageType', 'node'],
  additionalProperties: false,
} as const;
