/** Events that a person should look at. */
export const alerts = {
  type: 'object',
  properties: {
    /** The type of the message. */
    messageType: { const: 'alerts' },
    /** Pairs an answer with its request. */
    correlationId: { $ref: 'correlationId' },
    /** The alerts, discriminated by `tag`; 16 at most. */
    items: {
      type: 'array',
      items: {
        type: 'object',
        discriminator: { propertyName: 'tag' },
        oneOf: [
          { $ref: 'systemAlert' },
          { $ref: 'coreAlert' },
          { $ref: 'resourceAllocateAlert' },
          { $ref: 'systemQuotaAlert' },
          { $ref: 'instanceQuotaAlert' },
          { $ref: 'downloadProgressAlert' },
          { $ref: 'updateItemInstanceAlert' },
        ],
      },
      maxItems: 16,
    },
  },
  required: ['messageType', 'items'],
  additionalProperties: false,
} as const;
