/** The states of a node. */
export const nodeState = { type: 'string', enum: ['unprovisioned', 'provisioned', 'paused', 'error'] } as const;

/** An operating system. */
export const osInfo = {
  type: 'object',
  properties: {
    /** The name of the operating system. */
    os: { type: 'string' },
    /** The version of the operating system. */
    version: { type: 'string', wire: 'omitEmpty' },
    /** Features of the operating system. */
    features: { type: 'array', items: { type: 'string' }, wire: 'omitEmpty' },
  },
  required: ['os'],
  additionalProperties: false,
} as const;

/** The instruction set of a processor. */
export const archInfo = {
  type: 'object',
  properties: {
    /** The instruction set: `arm64`, `amd64`. */
    architecture: { type: 'string' },
    /** The variant of the instruction set. */
    variant: { type: 'string', wire: 'omitEmpty' },
  },
  required: ['architecture'],
  additionalProperties: false,
} as const;

/** A processor. */
export const cpuInfo = {
  type: 'object',
  properties: {
    /** The model. */
    modelName: { type: 'string' },
    /** The number of cores. */
    totalNumCores: { $ref: 'count' },
    /** The number of hardware threads. */
    totalNumThreads: { $ref: 'count' },
    /** The instruction set. */
    archInfo: { $ref: 'archInfo' },
    /** The speed, in DMIPS. */
    maxDmips: { $ref: 'count' },
  },
  required: ['modelName', 'totalNumCores', 'totalNumThreads', 'archInfo'],
  additionalProperties: false,
} as const;

/** A partition of a node. */
export const partitionInfo = {
  type: 'object',
  properties: {
    /** The name of the partition. */
    name: { type: 'string' },
    /** The path that it is mounted at. */
    path: { type: 'string', wire: 'omitEmpty' },
    /** The uses of the partition. */
    types: { type: 'array', items: { type: 'string' } },
    /** In bytes. */
    totalSize: { $ref: 'count' },
  },
  required: ['name', 'types', 'totalSize'],
  additionalProperties: false,
} as const;

/** A runtime for instances, and the share of the node that it may use. */
export const runtimeInfo = {
  type: 'object',
  properties: {
    /** The runtime, by `codename`. */
    identity: { $ref: 'codenamed' },
    /** The type of the runtime. */
    runtimeType: { type: 'string' },
    /** The instruction set that it runs. */
    archInfo: { $ref: 'archInfo' },
    /** The operating system that it offers. */
    osInfo: { $ref: 'osInfo' },
    /** The speed of the runtime, in DMIPS. */
    maxDmips: { $ref: 'count' },
    /** The speed that the runtime may use, in DMIPS. */
    allowedDmips: { $ref: 'count' },
    /** The memory of the runtime, in bytes. */
    totalRam: { $ref: 'count' },
    /** The memory that the runtime may use, in bytes. */
    allowedRam: { $ref: 'count' },
    /** The number of instances that it may run; 0 for any number. */
    maxInstances: { $ref: 'count' },
  },
  required: ['identity', 'runtimeType', 'archInfo', 'osInfo', 'maxInstances'],
  additionalProperties: false,
} as const;

/** A device that instances can share. */
export const resourceInfo = {
  type: 'object',
  properties: {
    /** The name of the device. */
    name: { type: 'string' },
    /** The number of instances that may share it; 0 for any number. */
    sharedCount: { $ref: 'count' },
  },
  required: ['name', 'sharedCount'],
  additionalProperties: false,
} as const;

/** A node and its equipment, as `unitStatus` reports it. */
export const nodeInfo = {
  type: 'object',
  properties: {
    /** The node. */
    identity: {
      type: 'object',
      properties: {
        /** The id of the node. */
        codename: { $ref: 'name' },
        /** A name for people; may be empty. */
        title: { type: 'string' },
      },
      required: ['codename', 'title'],
      additionalProperties: false,
    },
    /** The type of the node, by `codename`. */
    nodeGroupSubject: { $ref: 'codenamed' },
    /** The speed of the node, in DMIPS. */
    maxDmips: { $ref: 'count' },
    /** The physical memory, in bytes. */
    physicalRam: { $ref: 'count' },
    /** The memory, swap included, in bytes. */
    totalRam: { $ref: 'count' },
    /** The operating system. */
    osInfo: { $ref: 'osInfo' },
    /** The processors. */
    cpus: { type: 'array', items: { $ref: 'cpuInfo' }, wire: 'omitEmpty' },
    /** Attributes of the node, by name. */
    attrs: { type: 'object', additionalProperties: { type: 'string', secret: true }, wire: 'omitEmpty' },
    /** The partitions. */
    partitions: { type: 'array', items: { $ref: 'partitionInfo' }, wire: 'omitEmpty' },
    /** The state of the node. */
    state: { $ref: 'nodeState' },
    /** True if the node is connected. */
    isConnected: { type: 'boolean' },
    /** The reason of the failure; absent if nothing failed. */
    errorInfo: { $ref: 'errorInfo' },
    /** The runtimes for instances. */
    runtimes: { type: 'array', items: { $ref: 'runtimeInfo' }, wire: 'omitEmpty' },
    /** The devices that instances can share. */
    resources: { type: 'array', items: { $ref: 'resourceInfo' }, wire: 'omitEmpty' },
  },
  required: ['identity', 'nodeGroupSubject', 'maxDmips', 'totalRam', 'osInfo', 'state', 'isConnected'],
  additionalProperties: false,
} as const;
