/** The status of a unit configuration: the one in use, or the one that is being applied. */
export const unitConfigStatus = {
  type: 'object',
  properties: {
    /** The version of the configuration. */
    version: { type: 'string', maxLength: 32, wire: 'omitEmpty' },
    /** The state of the configuration. */
    state: { type: 'string', enum: ['absent', 'installed', 'failed'] },
    /** The reason of the failure; absent if nothing failed. */
    errorInfo: { $ref: 'errorInfo' },
  },
  required: ['state'],
  additionalProperties: false,
} as const;

/** The status of an item: a service, a component or a layer. */
export const itemStatus = {
  type: 'object',
  properties: {
    /** The item: a service, a component or a layer. */
    item: { $ref: 'identity' },
    /** The version of the item. */
    version: { $ref: 'version' },
    /** The state of the installation. */
    state: {
      type: 'string',
      enum: ['unknown', 'downloading', 'pending', 'installing', 'installed', 'removing', 'removed', 'failed'],
    },
    /** The reason of the failure; absent if nothing failed. */
    errorInfo: { $ref: 'errorInfo' },
  },
  required: ['item', 'version', 'state'],
  additionalProperties: false,
} as const;

/** The status of the instances of one item for one subject. */
export const instancesStatus = {
  type: 'object',
  properties: {
    /** The item: a service, a component or a layer. */
    item: { $ref: 'identity' },
    /** The subject that the instance runs for. */
    subject: { $ref: 'identity' },
    /** The version of the item. */
    version: { $ref: 'version' },
    /** One entry for each instance. */
    instances: {
      type: 'array',
      items: {
        type: 'object',
        properties: {
          /** The node that the instance runs on, by `codename`. */
          node: { $ref: 'codenamed' },
          /** The runtime that the instance runs in, by `codename`. */
          runtime: { $ref: 'codenamed' },
          /** The number of the instance, from 0. */
          instance: { $ref: 'count' },
          /** The checksum of the state, as lower-case hex. */
          stateChecksum: { type: 'string', pattern: '^[0-9a-f]*$', wire: 'omitEmpty' },
          /** The state of the instance. */
          state: { $ref: 'instanceState' },
          /** The reason of the failure; absent if nothing failed. */
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
