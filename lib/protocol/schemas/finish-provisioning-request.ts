/** The certificates of a node; answered by `finishProvisioningResponse`. */
export const finishProvisioningRequest = {
  type: 'object',
  properties: {
    messageType: { const: 'finishProvisioningRequest' },
    correlationId: { $ref: 'correlationId' },
    node: { $ref: 'codenamed' },
    certificates: {
      type: 'array',
      items: {
        type: 'object',
        properties: { type: { $ref: 'certificateTypeName' }, chain: { $ref: 'certificateChain' } },
        required: ['type', 'chain'],
        additionalProperties: false,
      },
    },
    password: { type: 'string', maxLength: 64, default: '', secret: true },
  },
  required: ['messageType', 'node', 'certificates', 'password'],
  additionalProperties: false,
} as const;
