/** The certificates that the unit requested. */
export const issuedUnitCertificates = {
  type: 'object',
  properties: {
    /** The type of the message. */
    messageType: { const: 'issuedUnitCertificates' },
    /** Pairs an answer with its request. */
    correlationId: { $ref: 'correlationId' },
    /** One entry for each certificate that was issued. */
    certificates: {
      type: 'array',
      items: {
        type: 'object',
        properties: {
          /** The type of the certificate. */
          type: { $ref: 'certificateTypeName' },
          /** The node of the certificate. */
          node: { $ref: 'codenamed' },
          /** The certificate chain as PEM, the leaf first. */
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
