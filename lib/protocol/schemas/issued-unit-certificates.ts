/** The certificates that were asked for. */
export const issuedUnitCertificates = {
  type: 'object',
  properties: {
    messageType: { const: 'issuedUnitCertificates' },
    correlationId: { $ref: 'correlationId' },
    certificates: {
      type: 'array',
      items: {
        type: 'object',
        properties: {
          type: { $ref: 'certificateTypeName' },
          node: { $ref: 'codenamed' },
          certificateChain: { $ref: 'certificateChain' },
        },
        required: ['type', 'node', 'certificateChain'],
        additionalProperties: false,
      },
    },
  },
  required: ['messageType'],
  additionalProperties: false,
} as const;
