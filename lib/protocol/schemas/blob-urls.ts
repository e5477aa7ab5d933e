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
          digest: { type: 'string', maxLength: 256, default: '', wire: 'compact' },
          urls: { type: 'array', items: { $ref: 'url' } },
          /** Hex; read from base64 too. */
          sha256: { type: 'string', maxLength: 64, wire: 'sha256' },
          /** In bytes. */
          size: { type: 'integer', minimum: 0, default: 0 },
          decryptInfo: {
            type: 'object',
            properties: {
              /** Cipher, mode and padding: `AES256/CBC/pkcs7`. */
              blockAlg: { type: 'string', maxLength: 64, default: 'AES256/CBC/pkcs7' },
              /** Base64. */
              blockIv: { type: 'string', maxBytes: 16, wire: 'base64', secret: true },
              /** Base64. */
              blockKey: { type: 'string', maxBytes: 64, wire: 'base64', secret: true },
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
              value: { type: 'string', maxBytes: 512, wire: 'base64', secret: true },
              trustedTimestamp: { $ref: 'time' },
              ocspValues: { type: 'array', items: { type: 'string', wire: 'compact' }, wire: 'lenient' },
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
