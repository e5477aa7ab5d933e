/** Asks that a node forget its keys; answered by `deprovisioningResponse`. */
export const deprovisioningRequest = {
  type: 'object',
  properties: {
    messageType: { const: 'deprovisioningRequest' },
    correlationId: { $ref: 'correlationId' },
    node: { $ref: 'codenamed' },
    password: { type: 'string', maxLength: 64, default: '', secret: true },
  },
  required: ['messageType', 'node', 'password'],
  additionalProperties: false,
} as const;
