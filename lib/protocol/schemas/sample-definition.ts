/** The resources that a node or an instance uses at one moment. */
export const sample = {
  type: 'object',
  properties: {
    /** The time of the measurement. */
    timestamp: { $ref: 'time' },
    /** The memory in use, in bytes. */
    ram: { $ref: 'count' },
    /** The processor time in use, in DMIPS. */
    cpu: { $ref: 'measured' },
    /** The traffic received, in bytes. */
    download: { $ref: 'count' },
    /** The traffic sent, in bytes. */
    upload: { $ref: 'count' },
    /** The use of each partition. */
    partitions: {
      type: 'array',
      items: {
        type: 'object',
        properties: {
          /** The name of the partition. */
          name: { type: 'string' },
          /** The space in use, in bytes. */
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
