/** What a person should look at. */
export const alerts = {
  type: 'object',
  properties: {
    messageType: { const: 'alerts' },
    correlationId: { $ref: 'correlationId' },
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
