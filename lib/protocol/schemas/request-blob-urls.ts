/** A request for the URLs of blobs; answered by `blobUrls` with the same `correlationId`. */
export const requestBlobUrls = {
  type: 'object',
  properties: {
    /** The type of the message. */
    messageType: { const: 'requestBlobUrls' },
    /** Names the request; the answer carries it too. */
    correlationId: { type: 'string', minLength: 1, maxLength: 256 },
    /** The digests of the blobs: `sha256:` and hex; 16 at most. */
    digests: { type: 'array', items: { type: 'string', maxLength: 136 }, maxItems: 16 },
  },
  required: ['messageType', 'correlationId', 'digests'],
  additionalProperties: false,
} as const;
