/** A text for people. */
export const alertMessage = { type: 'string', minLength: 1, maxLength: 32_768 } as const;

/** Something on a node, from its journal. */
export const systemAlert = {
  type: 'object',
  properties: {
    timestamp: { $ref: 'time' },
    tag: { const: 'systemAlert' },
    node: { $ref: 'codenamed' },
    message: { $ref: 'alertMessage' },
  },
  required: ['timestamp', 'tag', 'node', 'message'],
  additionalProperties: false,
} as const;

/** Something in a core component of a node. */
export const coreAlert = {
  type: 'object',
  properties: {
    timestamp: { $ref: 'time' },
    tag: { const: 'coreAlert' },
    node: { $ref: 'codenamed' },
    coreComponent: { type: 'string', enum: ['CM', 'SM', 'IAM', 'MP'] },
    message: { $ref: 'alertMessage' },
  },
  required: ['timestamp', 'tag', 'node', 'coreComponent', 'message'],
  additionalProperties: false,
} as const;

/** An instance that did not get a device. */
export const resourceAllocateAlert = {
  type: 'object',
  properties: {
    timestamp: { $ref: 'time' },
    tag: { const: 'resourceAllocateAlert' },
    item: { $ref: 'identity' },
    subject: { $ref: 'identity' },
    instance: { $ref: 'count' },
    node: { $ref: 'codenamed' },
    deviceId: { type: 'string' },
    message: { $ref: 'alertMessage' },
  },
  required: ['timestamp', 'tag', 'item', 'subject', 'instance', 'node', 'deviceId', 'message'],
  additionalProperties: false,
} as const;

/** A node beyond one of its quotas. */
export const systemQuotaAlert = {
  type: 'object',
  properties: {
    timestamp: { $ref: 'time' },
    tag: { const: 'systemQuotaAlert' },
    node: { $ref: 'codenamed' },
    /** `cpu`, `ram`, `download`, `upload`, or the name of a partition. */
    parameter: { type: 'string' },
    /** In DMIPS for `cpu`, in bytes for the others. */
    value: { $ref: 'measured' },
  },
  required: ['timestamp', 'tag', 'node', 'parameter', 'value'],
  additionalProperties: false,
} as const;

/** An instance beyond one of its quotas. */
export const instanceQuotaAlert = {
  type: 'object',
  properties: {
    timestamp: { $ref: 'time' },
    tag: { const: 'instanceQuotaAlert' },
    item: { $ref: 'identity' },
    subject: { $ref: 'identity' },
    instance: { $ref: 'count' },
    /** `cpu`, `ram`, `download`, `upload`, or the name of a partition. */
    parameter: { type: 'string' },
    /** In DMIPS for `cpu`, in bytes for the others. */
    value: { $ref: 'measured' },
  },
  required: ['timestamp', 'tag', 'item', 'subject', 'instance', 'parameter', 'value'],
  additionalProperties: false,
} as const;

/** How far a download is. */
export const downloadProgressAlert = {
  type: 'object',
  properties: {
    timestamp: { $ref: 'time' },
    tag: { const: 'downloadProgressAlert' },
    digest: { type: 'string' },
    url: { type: 'string' },
    downloadedBytes: { $ref: 'count' },
    totalBytes: { $ref: 'count' },
    state: { type: 'string', enum: ['started', 'paused', 'interrupted', 'finished'] },
    reason: { type: 'string', wire: 'omitEmpty' },
    errorInfo: { $ref: 'errorInfo' },
  },
  required: ['timestamp', 'tag', 'digest', 'url', 'downloadedBytes', 'totalBytes', 'state'],
  additionalProperties: false,
} as const;

/** Something in an instance, from its log. */
export const updateItemInstanceAlert = {
  type: 'object',
  properties: {
    timestamp: { $ref: 'time' },
    tag: { const: 'updateItemInstanceAlert' },
    item: { $ref: 'identity' },
    subject: { $ref: 'identity' },
    instance: { $ref: 'count' },
    version: { $ref: 'version' },
    message: { $ref: 'alertMessage' },
  },
  required: ['timestamp', 'tag', 'item', 'subject', 'instance', 'version', 'message'],
  additionalProperties: false,
} as const;
