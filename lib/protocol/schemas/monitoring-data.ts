/** The resources that nodes and instances use. */
export const monitoringData = {
  type: 'object',
  properties: {
    /** The type of the message. */
    messageType: { const: 'monitoringData' },
    /** Pairs an answer with its request. */
    correlationId: { $ref: 'correlationId' },
    /** One entry for each node; may be empty. */
    nodes: {
      type: 'array',
      items: {
        type: 'object',
        properties: {
          /** The node, by `codename`. */
          node: { $ref: 'codenamed' },
          /** The changes of the state of the node; 16 at most. */
          nodeStates: {
            type: 'array',
            items: {
              type: 'object',
              properties: {
                /** The time of the change. */
                timestamp: { $ref: 'time' },
                /** The state since then. */
                state: { $ref: 'nodeState' },
                /** True if the node is connected since then. */
                isConnected: { type: 'boolean' },
              },
              required: ['timestamp', 'state', 'isConnected'],
              additionalProperties: false,
            },
            maxItems: 16,
            wire: 'omitEmpty',
          },
          /** The measurements of the node; 16 at most. */
          items: { type: 'array', items: { $ref: 'sample' }, maxItems: 16 },
        },
        required: ['node', 'items'],
        additionalProperties: false,
      },
    },
    /** One entry for each instance. */
    instances: {
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
          /** The node that the instance runs on, by `codename`. */
          node: { $ref: 'codenamed' },
          /** The changes of the state of the instance; 16 at most. */
          itemStates: {
            type: 'array',
            items: {
              type: 'object',
              properties: {
                /** The time of the change. */
                timestamp: { $ref: 'time' },
                /** The state since then. */
                state: { $ref: 'instanceState' },
              },
              required: ['timestamp', 'state'],
              additionalProperties: false,
            },
            maxItems: 16,
          },
          /** The measurements of the instance; 16 at most. */
          items: { type: 'array', items: { $ref: 'sample' }, maxItems: 16 },
        },
        required: ['item', 'subject', 'instance', 'node', 'itemStates', 'items'],
        additionalProperties: false,
      },
      wire: 'omitEmpty',
    },
  },
  required: ['messageType', 'nodes'],
  additionalProperties: false,
} as const;
