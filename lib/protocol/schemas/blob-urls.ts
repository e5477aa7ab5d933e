/** The URLs of blobs, with the parameters to decrypt and to verify them. */
export const blobUrls = {
  type: 'object',
  properties: {
    /** The type of the message. */
    messageType: { const: 'blobUrls' },
    /** That of the request. */
    correlationId: { $ref: 'correlationId' },
    /** One entry for each blob. */
    items: {
      type: 'array',
      items: {
        type: 'object',
        properties: {
          /** The digest that was requested: `sha256:` and hex. Filled with `''` if absent. */
          digest: { type: 'string', maxLength: 256, default: '', wire: 'compact' },
          /** The URLs that it can be downloaded from. */
          urls: { type: 'array', items: { $ref: 'url' } },
          /** Hex; read from base64 too. */
          sha256: { type: 'string', maxLength: 64, wire: 'sha256' },
          /** In bytes. */
          size: { type: 'integer', minimum: 0, default: 0 },
          /** The parameters of the decryption; absent if the blob is not encrypted. */
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
          /** The signature of the blob. */
          signInfo: {
            type: 'object',
            properties: {
              /** The name of one of the `certificateChains` of `desiredStatus`. */
              chainName: { $ref: 'name' },
              /** `RSA/SHA256` or `EC/SHA256`. */
              alg: { $ref: 'name' },
              /** Base64. */
              value: { type: 'string', maxBytes: 512, wire: 'base64', secret: true },
              /** The time of the signature. */
              trustedTimestamp: { $ref: 'time' },
              /** OCSP responses. */
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
