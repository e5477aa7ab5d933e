/** Certificate signing requests, in the order of the notification; answered by `issuedUnitCertificates`. */
export const issueUnitCertificates = {
  type: 'object',
  properties: {
    /** The type of the message. */
    messageType: { const: 'issueUnitCertificates' },
    /** Pairs an answer with its request. */
    correlationId: { $ref: 'correlationId' },
    /** One entry for each certificate that is requested; 80 at most. */
    requests: {
      type: 'array',
      items: {
        type: 'object',
        properties: {
          /** The type of the certificate. */
          type: { $ref: 'certificateType' },
          /** The node of the certificate. */
          node: { $ref: 'codenamed' },
          /** The certificate signing request as PEM. */
          csr: { $ref: 'csr' },
        },
        required: ['type', 'node', 'csr'],
        additionalProperties: false,
      },
      maxItems: 80,
    },
  },
  required: ['messageType', 'requests'],
  additionalProperties: false,
} as const;
