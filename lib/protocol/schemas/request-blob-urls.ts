/** Asks where blobs can be downloaded; answered by `blobUrls` with the same correlationId. */
export const requestBlobUrls = {
  type: 'object',
  properties: {
    messageType: { const: 'requestBlobUrls' },
    correlationId: { type: 'string', minLength: 1, maxLength: 256 },
    /** `sha256:` and hex. */
    digests: { type: 'array', items: { type: 'string', maxLength: 136 }, maxItems: 16 },
  },
  required: ['messageType', 'correlationId', 'digests'],
  additionalProperties: false,
} as const;
