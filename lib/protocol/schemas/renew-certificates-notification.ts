/** Certificates expire soon; answered by `issueUnitCertificates`. */
export const renewCertificatesNotification = {
  type: 'object',
  properties: {
    /** The type of the message. */
    messageType: { const: 'renewCertificatesNotification' },
    /** Pairs an answer with its request. */
    correlationId: { $ref: 'correlationId' },
    /** The certificates to renew. */
    certificates: {
      type: 'array',
      items: {
        type: 'object',
        properties: {
          /** The type of the certificate. */
          type: { $ref: 'certificateTypeName' },
          /** The node of the certificate. */
          node: { $ref: 'codenamed' },
          /** The serial number as hex, in any spelling. Filled with `''` if absent. */
          serial: { type: 'string', maxLength: 256, default: '', wire: 'lenient' },
          /** The time at which the certificate expires. */
          validTill: { type: 'string', format: 'date-time', wire: 'lenient' },
        },
        required: ['type', 'node', 'serial'],
        additionalProperties: false,
      },
    },
    /** The secrets that open the key storages of the nodes. */
    unitSecrets: {
      type: 'object',
      properties: {
        /** The version of the secrets. Filled with `''` if absent. */
        version: { type: 'string', default: '' },
        /** One entry for each node. */
        nodes: {
          type: 'array',
          items: {
            type: 'object',
            properties: {
              /** The node, by `codename`. */
              node: { $ref: 'codenamed' },
              /** The secret of the node. */
              secret: { $ref: 'password' },
            },
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
