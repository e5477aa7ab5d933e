/** The desired status of the unit. A list that is absent stays as it is; an empty one means none. */
export const desiredStatus = {
  type: 'object',
  properties: {
    /** The type of the message. */
    messageType: { const: 'desiredStatus' },
    /** Pairs an answer with its request. */
    correlationId: { $ref: 'correlationId' },
    /** The desired state of each node. */
    nodes: {
      type: 'array',
      items: {
        type: 'object',
        properties: {
          /** The node, by `codename`. */
          item: { $ref: 'codenamed' },
          /** The desired state of the node. */
          state: { type: 'string', enum: ['provisioned', 'paused'] },
        },
        required: ['item', 'state'],
        additionalProperties: false,
      },
    },
    /** The desired configuration of the unit. */
    unitConfig: { $ref: 'unitConfig' },
    /** The items that must be installed. */
    items: {
      type: 'array',
      items: {
        type: 'object',
        properties: {
          /** The item, with its type. */
          item: {
            type: 'object',
            properties: {
              /** The id that the cloud issued. */
              id: { $ref: 'name' },
              /** The local name. */
              codename: { $ref: 'spareName' },
              /** The kind of item. */
              type: { $ref: 'identityType' },
              /** A name for people. */
              title: { $ref: 'title' },
            },
            required: ['id', 'type'],
            additionalProperties: false,
          },
          /** The version that must be installed. */
          version: { $ref: 'version' },
          /** The owner of the item. */
          owner: { $ref: 'identified' },
          /** `sha256:` and hex. */
          indexDigest: { $ref: 'digest' },
        },
        required: ['item'],
        additionalProperties: false,
      },
    },
    /** The instances that must run. */
    instances: {
      type: 'array',
      items: {
        type: 'object',
        properties: {
          /** The item: a service, a component or a layer. */
          item: { $ref: 'identified' },
          /** The subject that the instances run for. */
          subject: { $ref: 'identified' },
          /** The priority of the instances. Filled with 0 if absent. */
          priority: { type: 'integer', minimum: 0, default: 0 },
          /** The number of instances. Filled with 1 if absent. */
          numInstances: { type: 'integer', minimum: 0, default: 1 },
          /** Labels that a node must have to run the instances. */
          labels: { $ref: 'labels' },
        },
        required: ['item', 'subject', 'priority', 'numInstances'],
        additionalProperties: false,
      },
    },
    /** The subjects of the unit. */
    subjects: {
      type: 'array',
      items: {
        type: 'object',
        properties: {
          /** The subject. */
          identity: { $ref: 'identified' },
          /** The kind of subject. */
          type: { type: 'string', enum: ['group', 'user'] },
          /** True if the unit itself reports the subject. Filled with `false` if absent. */
          isReportedFromUnit: { type: 'boolean', default: false },
        },
        required: ['identity', 'type', 'isReportedFromUnit'],
        additionalProperties: false,
      },
    },
    /** The certificates that the signatures of blobs are checked with. */
    certificates: {
      type: 'array',
      items: {
        type: 'object',
        properties: {
          /** DER as base64. */
          certificate: { type: 'string', maxBytes: 4096, wire: 'base64' },
          /** The fingerprint that chains refer to. */
          fingerprint: { $ref: 'digest' },
        },
        required: ['certificate', 'fingerprint'],
        additionalProperties: false,
      },
    },
    /** The chains of these certificates. */
    certificateChains: {
      type: 'array',
      items: {
        type: 'object',
        properties: {
          /** The name that `signInfo` refers to. */
          name: { $ref: 'name' },
          /** The fingerprints of its certificates. */
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
