/** Certificates end soon; answered by `issueUnitCertificates`. */
export const renewCertificatesNotification = {
  type: 'object',
  properties: {
    messageType: { const: 'renewCertificatesNotification' },
    correlationId: { $ref: 'correlationId' },
    certificates: {
      type: 'array',
      items: {
        type: 'object',
        properties: {
          type: { $ref: 'certificateTypeName' },
          node: { $ref: 'codenamed' },
          /** Hex, in any spelling. */
          serial: { type: 'string', maxLength: 256, default: '', wire: 'lenient' },
          validTill: { type: 'string', format: 'date-time', wire: 'lenient' },
        },
        required: ['type', 'node', 'serial'],
        additionalProperties: false,
      },
    },
    unitSecrets: {
      type: 'object',
      properties: {
        version: { type: 'string', default: '' },
        nodes: {
          type: 'array',
          items: {
            type: 'object',
            properties: { node: { $ref: 'codenamed' }, secret: { $ref: 'password' } },
            required: ['node', 'secret'],
            additionalProperties: false,
          },
          wire: 'oneOrMany',
        },
      },
      required: ['version'],
      additionalProperties: false,
    },
  },
  required: ['messageType', 'unitSecrets'],
  additionalProperties: false,
} as const;
