/** The life of a node. */
export const nodeState = { type: 'string', enum: ['unprovisioned', 'provisioned', 'paused', 'error'] } as const;

/** An operating system. */
export const osInfo = {
  type: 'object',
  properties: {
    os: { type: 'string' },
    version: { type: 'string', wire: 'omitEmpty' },
    features: { type: 'array', items: { type: 'string' }, wire: 'omitEmpty' },
  },
  required: ['os'],
  additionalProperties: false,
} as const;

/** The instruction set of a processor. */
export const archInfo = {
  type: 'object',
  properties: { architecture: { type: 'string' }, variant: { type: 'string', wire: 'omitEmpty' } },
  required: ['architecture'],
  additionalProperties: false,
} as const;

/** A processor. */
export const cpuInfo = {
  type: 'object',
  properties: {
    modelName: { type: 'string' },
    totalNumCores: { $ref: 'count' },
    totalNumThreads: { $ref: 'count' },
    archInfo: { $ref: 'archInfo' },
    maxDmips: { $ref: 'count' },
  },
  required: ['modelName', 'totalNumCores', 'totalNumThreads', 'archInfo'],
  additionalProperties: false,
} as const;

/** A partition of a node. */
export const partitionInfo = {
  type: 'object',
  properties: {
    name: { type: 'string' },
    path: { type: 'string', wire: 'omitEmpty' },
    types: { type: 'array', items: { type: 'string' } },
    /** In bytes. */
    totalSize: { $ref: 'count' },
  },
  required: ['name', 'types', 'totalSize'],
  additionalProperties: false,
} as const;

/** What instances run in, and how much of the node it may use. */
export const runtimeInfo = {
  type: 'object',
  properties: {
    identity: { $ref: 'codenamed' },
    runtimeType: { type: 'string' },
    archInfo: { $ref: 'archInfo' },
    osInfo: { $ref: 'osInfo' },
    maxDmips: { $ref: 'count' },
    allowedDmips: { $ref: 'count' },
    /** In bytes. */
    totalRam: { $ref: 'count' },
    /** In bytes. */
    allowedRam: { $ref: 'count' },
    /** 0 for any number. */
    maxInstances: { $ref: 'count' },
  },
  required: ['identity', 'runtimeType', 'archInfo', 'osInfo', 'maxInstances'],
  additionalProperties: false,
} as const;

/** A device that instances share. */
export const resourceInfo = {
  type: 'object',
  properties: {
    name: { type: 'string' },
    /** 0 for any number. */
    sharedCount: { $ref: 'count' },
  },
  required: ['name', 'sharedCount'],
  additionalProperties: false,
} as const;

/** A node and what it has. */
export const nodeInfo = {
  type: 'object',
  properties: {
    identity: {
      type: 'object',
      properties: { codename: { $ref: 'name' }, title: { type: 'string' } },
      required: ['codename', 'title'],
      additionalProperties: false,
    },
    /** The type of the node. */
    nodeGroupSubject: { $ref: 'codenamed' },
    maxDmips: { $ref: 'count' },
    /** In bytes. */
    physicalRam: { $ref: 'count' },
    /** In bytes, swap included. */
    totalRam: { $ref: 'count' },
    osInfo: { $ref: 'osInfo' },
    cpus: { type: 'array', items: { $ref: 'cpuInfo' }, wire: 'omitEmpty' },
    attrs: { type: 'object', additionalProperties: { type: 'string', secret: true }, wire: 'omitEmpty' },
    partitions: { type: 'array', items: { $ref: 'partitionInfo' }, wire: 'omitEmpty' },
    state: { $ref: 'nodeState' },
    isConnected: { type: 'boolean' },
    errorInfo: { $ref: 'errorInfo' },
    runtimes: { type: 'array', items: { $ref: 'runtimeInfo' }, wire: 'omitEmpty' },
    resources: { type: 'array', items: { $ref: 'resourceInfo' }, wire: 'omitEmpty' },
  },
  required: ['identity', 'nodeGroupSubject', 'maxDmips', 'totalRam', 'osInfo', 'state', 'isConnected'],
  additionalProperties: false,
} as const;
