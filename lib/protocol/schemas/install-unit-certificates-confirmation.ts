/** What was installed, in the order of installation. */
export const installUnitCertificatesConfirmation = {
  type: 'object',
  properties: {
    messageType: { const: 'installUnitCertificatesConfirmation' },
    correlationId: { $ref: 'correlationId' },
    certificates: {
      type: 'array',
      items: {
        type: 'object',
        properties: {
          type: { $ref: 'certificateTypeName' },
          node: { $ref: 'codenamed' },
          /** Hex, as the keystore spells it; empty where the installation failed. */
          serial: { type: 'string', maxLength: 256 },
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
