/** What nodes and instances use. */
export const monitoringData = {
  type: 'object',
  properties: {
    messageType: { const: 'monitoringData' },
    correlationId: { $ref: 'correlationId' },
    nodes: {
      type: 'array',
      items: {
        type: 'object',
        properties: {
          node: { $ref: 'codenamed' },
          nodeStates: {
            type: 'array',
            items: {
              type: 'object',
              properties: {
                timestamp: { $ref: 'time' },
                state: { $ref: 'nodeState' },
                isConnected: { type: 'boolean' },
              },
              required: ['timestamp', 'state', 'isConnected'],
              additionalProperties: false,
            },
            maxItems: 16,
            wire: 'omitEmpty',
          },
          items: { type: 'array', items: { $ref: 'sample' }, maxItems: 16 },
        },
        required: ['node', 'items'],
        additionalProperties: false,
      },
    },
    instances: {
      type: 'array',
      items: {
        type: 'object',
        properties: {
          item: { $ref: 'identity' },
          subject: { $ref: 'identity' },
          instance: { $ref: 'count' },
          node: { $ref: 'codenamed' },
          itemStates: {
            type: 'array',
            items: {
              type: 'object',
              properties: { timestamp: { $ref: 'time' }, state: { $ref: 'instanceState' } },
              required: ['timestamp', 'state'],
              additionalProperties: false,
            },
            maxItems: 16,
          },
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
