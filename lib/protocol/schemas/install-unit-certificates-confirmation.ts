/** The certificates that were installed, in the order of installation. */
export const installUnitCertificatesConfirmation = {
  type: 'object',
  properties: {
    /** The type of the message. */
    messageType: { const: 'installUnitCertificatesConfirmation' },
    /** Pairs an answer with its request. */
    correlationId: { $ref: 'correlationId' },
    /** One entry for each certificate. */
    certificates: {
      type: 'array',
      items: {
        type: 'object',
        properties: {
          /** The type of the certificate. */
          type: { $ref: 'certificateTypeName' },
          /** The node of the certificate. */
          node: { $ref: 'codenamed' },
          /** Hex, as the keystore spells it; empty where the installation failed. */
          serial: { type: 'string', maxLength: 256 },
          /** The reason of the failure; absent if nothing failed. */
          errorInfo: { $ref: 'errorInfo' },
        },
        required: ['type', 'node', 'serial'],
        additionalProperties: false,
      },
    },
  },
  required: ['messageType', 'certificates'],
  additionalProperties: false,
} as const;
