/** A text for people. */
export const alertMessage = { type: 'string', minLength: 1, maxLength: 32_768 } as const;

/** An entry of the journal of a node. */
export const systemAlert = {
  type: 'object',
  properties: {
    /** The time of the entry in the journal. */
    timestamp: { $ref: 'time' },
    /** The kind of alert. */
    tag: { const: 'systemAlert' },
    /** The node, by `codename`. */
    node: { $ref: 'codenamed' },
    /** The text of the entry. */
    message: { $ref: 'alertMessage' },
  },
  required: ['timestamp', 'tag', 'node', 'message'],
  additionalProperties: false,
} as const;

/** An entry of the log of a core component. */
export const coreAlert = {
  type: 'object',
  properties: {
    /** The time of the entry in the journal. */
    timestamp: { $ref: 'time' },
    /** The kind of alert. */
    tag: { const: 'coreAlert' },
    /** The node, by `codename`. */
    node: { $ref: 'codenamed' },
    /** The core component: Communication Manager, Service Manager, Identity and Access Manager, or Message Proxy. */
    coreComponent: { type: 'string', enum: ['CM', 'SM', 'IAM', 'MP'] },
    /** The text of the entry. */
    message: { $ref: 'alertMessage' },
  },
  required: ['timestamp', 'tag', 'node', 'coreComponent', 'message'],
  additionalProperties: false,
} as const;

/** An instance did not get a device. */
export const resourceAllocateAlert = {
  type: 'object',
  properties: {
    /** The time of the failed allocation. */
    timestamp: { $ref: 'time' },
    /** The kind of alert. */
    tag: { const: 'resourceAllocateAlert' },
    /** The item: a service, a component or a layer. */
    item: { $ref: 'identity' },
    /** The subject that the instance runs for. */
    subject: { $ref: 'identity' },
    /** The number of the instance, from 0. */
    instance: { $ref: 'count' },
    /** The node, by `codename`. */
    node: { $ref: 'codenamed' },
    /** The device that was not allocated. */
    deviceId: { type: 'string' },
    /** A text for people. */
    message: { $ref: 'alertMessage' },
  },
  required: ['timestamp', 'tag', 'item', 'subject', 'instance', 'node', 'deviceId', 'message'],
  additionalProperties: false,
} as const;

/** A node exceeds one of its quotas. */
export const systemQuotaAlert = {
  type: 'object',
  properties: {
    /** The time of the measurement. */
    timestamp: { $ref: 'time' },
    /** The kind of alert. */
    tag: { const: 'systemQuotaAlert' },
    /** The node, by `codename`. */
    node: { $ref: 'codenamed' },
    /** `cpu`, `ram`, `download`, `upload`, or the name of a partition. */
    parameter: { type: 'string' },
    /** In DMIPS for `cpu`, in bytes for the others. */
    value: { $ref: 'measured' },
  },
  required: ['timestamp', 'tag', 'node', 'parameter', 'value'],
  additionalProperties: false,
} as const;

/** An instance exceeds one of its quotas. */
export const instanceQuotaAlert = {
  type: 'object',
  properties: {
    /** The time of the measurement. */
    timestamp: { $ref: 'time' },
    /** The kind of alert. */
    tag: { const: 'instanceQuotaAlert' },
    /** The item: a service, a component or a layer. */
    item: { $ref: 'identity' },
    /** The subject that the instance runs for. */
    subject: { $ref: 'identity' },
    /** The number of the instance, from 0. */
    instance: { $ref: 'count' },
    /** `cpu`, `ram`, `download`, `upload`, or the name of a partition. */
    parameter: { type: 'string' },
    /** In DMIPS for `cpu`, in bytes for the others. */
    value: { $ref: 'measured' },
  },
  required: ['timestamp', 'tag', 'item', 'subject', 'instance', 'parameter', 'value'],
  additionalProperties: false,
} as const;

/** The progress of a download. */
export const downloadProgressAlert = {
  type: 'object',
  properties: {
    /** The time of the report. */
    timestamp: { $ref: 'time' },
    /** The kind of alert. */
    tag: { const: 'downloadProgressAlert' },
    /** The digest of the blob. */
    digest: { type: 'string' },
    /** The URL that it is downloaded from. */
    url: { type: 'string' },
    /** The size of the part that has arrived, in bytes. */
    downloadedBytes: { $ref: 'count' },
    /** The size of the blob, in bytes. */
    totalBytes: { $ref: 'count' },
    /** The state of the download. */
    state: { type: 'string', enum: ['started', 'paused', 'interrupted', 'finished'] },
    /** A text on the state, for people. */
    reason: { type: 'string', wire: 'omitEmpty' },
    /** The reason of the failure; absent if nothing failed. */
    errorInfo: { $ref: 'errorInfo' },
  },
  required: ['timestamp', 'tag', 'digest', 'url', 'downloadedBytes', 'totalBytes', 'state'],
  additionalProperties: false,
} as const;

/** An entry of the log of an instance. */
export const updateItemInstanceAlert = {
  type: 'object',
  properties: {
    /** The time of the entry in the log. */
    timestamp: { $ref: 'time' },
    /** The kind of alert. */
    tag: { const: 'updateItemInstanceAlert' },
    /** The item: a service, a component or a layer. */
    item: { $ref: 'identity' },
    /** The subject that the instance runs for. */
    subject: { $ref: 'identity' },
    /** The number of the instance, from 0. */
    instance: { $ref: 'count' },
    /** The version of the item. */
    version: { $ref: 'version' },
    /** The text of the entry. */
    message: { $ref: 'alertMessage' },
  },
  required: ['timestamp', 'tag', 'item', 'subject', 'instance', 'version', 'message'],
  additionalProperties: false,
} as const;
