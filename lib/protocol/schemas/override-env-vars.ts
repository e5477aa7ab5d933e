/** Environment variables of instances, in the place of all that were given before. */
export const overrideEnvVars = {
  type: 'object',
  properties: {
    messageType: { const: 'overrideEnvVars' },
    correlationId: { $ref: 'correlationId' },
    items: {
      type: 'array',
      items: {
        type: 'object',
        properties: {
          /** Left out: any, like `subject` and `instance`. */
          item: { $ref: 'identity' },
          subject: { $ref: 'identity' },
          instance: { $ref: 'count' },
          variables: {
            type: 'array',
            items: {
              type: 'object',
              properties: {
                name: { type: 'string', maxLength: 256 },
                value: { type: 'string', maxLength: 10_240, secret: true },
                /** Until when it is valid. */
                ttl: { $ref: 'time' },
              },
              required: ['name', 'value'],
              additionalProperties: false,
            },
          },
        },
        additionalProperties: false,
      },
    },
  },
  required: ['messageType'],
  additionalProperties: false,
} as const;
