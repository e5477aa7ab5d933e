/** What the cloud wishes the unit to run. A list that is absent stays as it is; an empty one means none. */
export const desiredStatus = {
  type: 'object',
  properties: {
    messageType: { const: 'desiredStatus' },
    correlationId: { $ref: 'correlationId' },
    nodes: {
      type: 'array',
      items: {
        type: 'object',
        properties: { item: { $ref: 'codenamed' }, state: { type: 'string', enum: ['provisioned', 'paused'] } },
        required: ['item', 'state'],
        additionalProperties: false,
      },
    },
    unitConfig: { $ref: 'unitConfig' },
    items: {
      type: 'array',
      items: {
        type: 'object',
        properties: {
          item: {
            type: 'object',
            properties: {
              id: { $ref: 'name' },
              codename: { $ref: 'spareName' },
              type: { $ref: 'identityType' },
              title: { $ref: 'title' },
            },
            required: ['id', 'type'],
            additionalProperties: false,
          },
          version: { $ref: 'version' },
          owner: { $ref: 'identified' },
          /** `sha256:` and hex. */
          indexDigest: { $ref: 'digest' },
        },
        required: ['item'],
        additionalProperties: false,
      },
    },
    instances: {
      type: 'array',
      items: {
        type: 'object',
        properties: {
          item: { $ref: 'identified' },
          subject: { $ref: 'identified' },
          priority: { type: 'integer', minimum: 0, default: 0 },
          numInstances: { type: 'integer', minimum: 0, default: 1 },
          labels: { $ref: 'labels' },
        },
        required: ['item', 'subject', 'priority', 'numInstances'],
        additionalProperties: false,
      },
    },
    subjects: {
      type: 'array',
      items: {
        type: 'object',
        properties: {
          identity: { $ref: 'identified' },
          type: { type: 'string', enum: ['group', 'user'] },
          isReportedFromUnit: { type: 'boolean', default: false },
        },
        required: ['identity', 'type', 'isReportedFromUnit'],
        additionalProperties: false,
      },
    },
    certificates: {
      type: 'array',
      items: {
        type: 'object',
        properties: {
          /** DER as base64. */
          certificate: { type: 'string', maxBytes: 4096, wire: 'base64' },
          fingerprint: { $ref: 'digest' },
        },
        required: ['certificate', 'fingerprint'],
        additionalProperties: false,
      },
    },
    certificateChains: {
      type: 'array',
      items: {
        type: 'object',
        properties: {
          name: { $ref: 'name' },
          fingerprints: { type: 'array', items: { $ref: 'digest' } },
        },
        required: ['name', 'fingerprints'],
        additionalProperties: false,
      },
    },
  },
  required: ['messageType'],
  additionalProperties: false,
} as const;
