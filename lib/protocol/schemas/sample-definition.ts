/** What a node or an instance uses at one moment. */
export const sample = {
  type: 'object',
  properties: {
    timestamp: { $ref: 'time' },
    /** In bytes. */
    ram: { $ref: 'count' },
    /** In DMIPS. */
    cpu: { $ref: 'measured' },
    /** In bytes. */
    download: { $ref: 'count' },
    /** In bytes. */
    upload: { $ref: 'count' },
    partitions: {
      type: 'array',
      items: {
        type: 'object',
        properties: {
          name: { type: 'string' },
          /** In bytes. */
          usedSize: { $ref: 'count' },
        },
        required: ['name', 'usedSize'],
        additionalProperties: false,
      },
      wire: 'omitEmpty',
    },
  },
  required: ['timestamp', 'ram', 'cpu', 'download', 'upload'],
  additionalProperties: false,
} as const;
