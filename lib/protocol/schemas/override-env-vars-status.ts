/** The result of an `overrideEnvVars`: one entry for each instance and variable. */
export const overrideEnvVarsStatus = {
  type: 'object',
  properties: {
    /** The type of the message. */
    messageType: { const: 'overrideEnvVarsStatus' },
    /** Pairs an answer with its request. */
    correlationId: { $ref: 'correlationId' },
    /** One entry for each instance and variable. */
    statuses: {
      type: 'array',
      items: {
        type: 'object',
        properties: {
          /** The item: a service, a component or a layer. */
          item: { $ref: 'identity' },
          /** The subject that the instance runs for. */
          subject: { $ref: 'identity' },
          /** The number of the instance, from 0. */
          instance: { $ref: 'count' },
          /** The name of the variable. */
          name: { type: 'string' },
          /** The reason of the failure; absent if nothing failed. */
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
