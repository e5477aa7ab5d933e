/** The rule for alerts about a value in percent. */
export const percentRule = {
  type: 'object',
  properties: {
    /** The time that a value must stay beyond a threshold, in seconds. */
    minTimeout: { type: 'number', minimum: 0, wire: 'duration' },
    /** The alert ends below this, in percent. */
    minThreshold: { type: 'number', minimum: 0 },
    /** The alert begins above this, in percent. */
    maxThreshold: { type: 'number', minimum: 0 },
  },
  required: ['minThreshold', 'maxThreshold'],
  additionalProperties: false,
  wire: 'lenient',
} as const;

/** The rule for alerts about the use of a partition. */
export const partitionRule = {
  type: 'object',
  properties: {
    /** The time that a value must stay beyond a threshold, in seconds. */
    minTimeout: { type: 'number', minimum: 0, wire: 'duration' },
    /** The alert ends below this, in percent. */
    minThreshold: { type: 'number', minimum: 0 },
    /** The alert begins above this, in percent. */
    maxThreshold: { type: 'number', minimum: 0 },
    /** The name of the partition. */
    name: { $ref: 'name' },
  },
  required: ['minThreshold', 'maxThreshold', 'name'],
  additionalProperties: false,
} as const;

/** The rule for alerts about a number of bytes. */
export const pointRule = {
  type: 'object',
  properties: {
    /** The time that a value must stay beyond a threshold, in seconds. */
    minTimeout: { type: 'number', minimum: 0, wire: 'duration' },
    /** The alert ends below this, in bytes. */
    minThreshold: { $ref: 'count' },
    /** The alert begins above this, in bytes. */
    maxThreshold: { $ref: 'count' },
  },
  required: ['minThreshold', 'maxThreshold'],
  additionalProperties: false,
  wire: 'lenient',
} as const;

/** The alert rules of a node. */
export const alertRules = {
  type: 'object',
  properties: {
    /** The rule for memory. */
    ram: { $ref: 'percentRule' },
    /** The rule for the processor. */
    cpu: { $ref: 'percentRule' },
    /** The rules for partitions. */
    partitions: { type: 'array', items: { $ref: 'partitionRule' } },
    /** The rule for traffic received. */
    download: { $ref: 'pointRule' },
    /** The rule for traffic sent. */
    upload: { $ref: 'pointRule' },
  },
  additionalProperties: false,
} as const;

/** The desired configuration of one node, or of all nodes of one type. */
export const nodeConfig = {
  type: 'object',
  properties: {
    /** The version of the configuration. */
    version: { $ref: 'version' },
    /** The node; absent for all of the type. */
    node: { $ref: 'codenamed' },
    /** The type of the node, by `codename`. */
    nodeGroupSubject: { $ref: 'codenamed' },
    /** The alert rules. */
    alertRules: { $ref: 'alertRules' },
    /** Shares of the node that instances may use, in percent. */
    resourceRatios: {
      type: 'object',
      properties: {
        /** The share of the processor. */
        cpu: { type: 'number', minimum: 0 },
        /** The share of the memory. */
        ram: { type: 'number', minimum: 0 },
        /** The share of the storage. */
        storage: { type: 'number', minimum: 0 },
        /** The share of the state partition. */
        state: { type: 'number', minimum: 0 },
      },
      additionalProperties: false,
    },
    /** The labels that the node offers. */
    labels: { $ref: 'labels' },
    /** The priority of the node. Filled with 0 if absent. */
    priority: { type: 'integer', minimum: 0, default: 0 },
  },
  required: ['nodeGroupSubject', 'priority'],
  additionalProperties: false,
} as const;

/** The desired configuration of the nodes. */
export const unitConfig = {
  type: 'object',
  properties: {
    /** The version of the configuration. */
    version: { $ref: 'version' },
    /** The version of its format. */
    formatVersion: { $ref: 'version' },
    /** One entry for each node or type of nodes. */
    nodes: { type: 'array', items: { $ref: 'nodeConfig' } },
  },
  additionalProperties: false,
} as const;
