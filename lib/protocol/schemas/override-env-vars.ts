/** Environment variables of instances, which replace all those sent before. */
export const overrideEnvVars = {
  type: 'object',
  properties: {
    /** The type of the message. */
    messageType: { const: 'overrideEnvVars' },
    /** Pairs an answer with its request. */
    correlationId: { $ref: 'correlationId' },
    /** One entry for each set of instances. */
    items: {
      type: 'array',
      items: {
        type: 'object',
        properties: {
          /** The item of the instances; absent for any. */
          item: { $ref: 'identity' },
          /** The subject of the instances; absent for any. */
          subject: { $ref: 'identity' },
          /** The number of the instance; absent for any. */
          instance: { $ref: 'count' },
          /** The variables. */
          variables: {
            type: 'array',
            items: {
              type: 'object',
              properties: {
                /** The name of the variable. */
                name: { type: 'string', maxLength: 256 },
                /** The value of the variable. */
                value: { type: 'string', maxLength: 10_240, secret: true },
                /** The time at which the override ends; absent for none. */
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
