/** A unit configuration, the one in use or the one that is being applied. */
export const unitConfigStatus = {
  type: 'object',
  properties: {
    version: { type: 'string', maxLength: 32, wire: 'omitEmpty' },
    state: { type: 'string', enum: ['absent', 'installed', 'failed'] },
    errorInfo: { $ref: 'errorInfo' },
  },
  required: ['state'],
  additionalProperties: false,
} as const;

/** An item (a service, a component, a layer) and how far it is installed. */
export const itemStatus = {
  type: 'object',
  properties: {
    item: { $ref: 'identity' },
    version: { $ref: 'version' },
    state: {
      type: 'string',
      enum: ['unknown', 'downloading', 'pending', 'installing', 'installed', 'removing', 'removed', 'failed'],
    },
    errorInfo: { $ref: 'errorInfo' },
  },
  required: ['item', 'version', 'state'],
  additionalProperties: false,
} as const;

/** The instances of one item for one subject. */
export const instancesStatus = {
  type: 'object',
  properties: {
    item: { $ref: 'identity' },
    subject: { $ref: 'identity' },
    version: { $ref: 'version' },
    instances: {
      type: 'array',
      items: {
        type: 'object',
        properties: {
          node: { $ref: 'codenamed' },
          runtime: { $ref: 'codenamed' },
          instance: { $ref: 'count' },
          /** Lower-case hex. */
          stateChecksum: { type: 'string', pattern: '^[0-9a-f]*$', wire: 'omitEmpty' },
          state: { $ref: 'instanceState' },
          errorInfo: { $ref: 'errorInfo' },
        },
        required: ['node', 'runtime', 'instance', 'state'],
        additionalProperties: false,
      },
    },
  },
  required: ['item', 'subject', 'version', 'instances'],
  additionalProperties: false,
} as const;
