/** Where blobs can be downloaded, and how to open and to prove them. */
export const blobUrls = {
  type: 'object',
  properties: {
    messageType: { const: 'blobUrls' },
    correlationId: { $ref: 'correlationId' },
    items: {
      type: 'array',
      items: {
        type: 'object',
        properties: {
          digest: { type: 'string', maxLength: 136, default: '' },
          urls: { type: 'array', items: { type: 'string', maxLength: 256 } },
          /** Hex; read from base64 too. */
          sha256: { type: 'string', maxLength: 64, wire: 'sha256' },
          /** In bytes. */
          size: { type: 'integer', minimum: 0, default: 0 },
          decryptInfo: {
            type: 'object',
            properties: {
              /** Cipher, mode and padding: `AES256/CBC/pkcs7`. */
              blockAlg: { $ref: 'name' },
              /** Base64. */
              blockIv: { type: 'string', maxLength: 24 },
              /** Base64. */
              blockKey: { type: 'string', maxLength: 88 },
            },
            required: ['blockAlg', 'blockIv', 'blockKey'],
            additionalProperties: false,
          },
          signInfo: {
            type: 'object',
            properties: {
              chainName: { $ref: 'name' },
              /** `RSA/SHA256` or `EC/SHA256`. */
              alg: { $ref: 'name' },
              /** Base64. */
              value: { type: 'string', maxLength: 684 },
              trustedTimestamp: { $ref: 'time' },
              ocspValues: { type: 'array', items: { type: 'string' } },
            },
            required: ['chainName', 'alg', 'value', 'trustedTimestamp'],
            additionalProperties: false,
          },
        },
        required: ['digest', 'size'],
        additionalProperties: false,
      },
    },
  },
  required: ['messageType'],
  additionalProperties: false,
} as const;
