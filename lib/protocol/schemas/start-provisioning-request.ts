/** Asks for the CSRs of a node; answered by `startProvisioningResponse`. */
export const startProvisioningRequest = {
  type: 'object',
  properties: {
    messageType: { const: 'startProvisioningRequest' },
    correlationId: { $ref: 'correlationId' },
    node: { $ref: 'codenamed' },
    password: { type: 'string', maxLength: 64, default: '', secret: true },
  },
  required: ['messageType', 'node', 'password'],
  additionalProperties: false,
} as const;
