/** What became of the variables of an `overrideEnvVars`: one entry per instance and variable. */
export const overrideEnvVarsStatus = {
  type: 'object',
  properties: {
    messageType: { const: 'overrideEnvVarsStatus' },
    correlationId: { $ref: 'correlationId' },
    statuses: {
      type: 'array',
      items: {
        type: 'object',
        properties: {
          item: { $ref: 'identity' },
          subject: { $ref: 'identity' },
          instance: { $ref: 'count' },
          name: { type: 'string' },
          errorInfo: { $ref: 'errorInfo' },
        },
        required: ['item', 'subject', 'instance', 'name'],
        additionalProperties: false,
      },
    },
  },
  required: ['messageType', 'statuses'],
  additionalProperties: false,
} as const;
