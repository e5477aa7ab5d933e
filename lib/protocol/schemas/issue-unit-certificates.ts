/** Certificate signing requests, in the order of the notification; answered by `issuedUnitCertificates`. */
export const issueUnitCertificates = {
  type: 'object',
  properties: {
    messageType: { const: 'issueUnitCertificates' },
    correlationId: { $ref: 'correlationId' },
    requests: {
      type: 'array',
      items: {
        type: 'object',
        properties: { type: { $ref: 'certificateType' }, node: { $ref: 'codenamed' }, csr: { $ref: 'csr' } },
        required: ['type', 'node', 'csr'],
        additionalProperties: false,
      },
      maxItems: 80,
    },
  },
  required: ['messageType', 'requests'],
  additionalProperties: false,
} as const;
