/** From when on a value in percent is worth an alert. */
export const percentRule = {
  type: 'object',
  properties: {
    /** How long the value has to stay beyond a threshold, in seconds. */
    minTimeout: { type: 'number', minimum: 0, wire: 'duration' },
    minThreshold: { type: 'number', minimum: 0 },
    maxThreshold: { type: 'number', minimum: 0 },
  },
  required: ['minThreshold', 'maxThreshold'],
  additionalProperties: false,
  wire: 'lenient',
} as const;

/** From when on the use of a partition, in percent, is worth an alert. */
export const partitionRule = {
  type: 'object',
  properties: {
    /** How long the value has to stay beyond a threshold, in seconds. */
    minTimeout: { type: 'number', minimum: 0, wire: 'duration' },
    minThreshold: { type: 'number', minimum: 0 },
    maxThreshold: { type: 'number', minimum: 0 },
    name: { $ref: 'name' },
  },
  required: ['minThreshold', 'maxThreshold', 'name'],
  additionalProperties: false,
} as const;

/** From when on a number of bytes is worth an alert. */
export const pointRule = {
  type: 'object',
  properties: {
    /** How long the value has to stay beyond a threshold, in seconds. */
    minTimeout: { type: 'number', minimum: 0, wire: 'duration' },
    minThreshold: { $ref: 'count' },
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
    ram: { $ref: 'percentRule' },
    cpu: { $ref: 'percentRule' },
    partitions: { type: 'array', items: { $ref: 'partitionRule' } },
    download: { $ref: 'pointRule' },
    upload: { $ref: 'pointRule' },
  },
  additionalProperties: false,
} as const;

/** What the cloud wishes of one node, or of all of one type. */
export const nodeConfig = {
  type: 'object',
  properties: {
    version: { $ref: 'version' },
    node: { $ref: 'codenamed' },
    /** The type of the node. */
    nodeGroupSubject: { $ref: 'codenamed' },
    alertRules: { $ref: 'alertRules' },
    /** In percent. */
    resourceRatios: {
      type: 'object',
      properties: {
        cpu: { type: 'number', minimum: 0 },
        ram: { type: 'number', minimum: 0 },
        storage: { type: 'number', minimum: 0 },
        state: { type: 'number', minimum: 0 },
      },
      additionalProperties: false,
    },
    labels: { $ref: 'labels' },
    priority: { type: 'integer', minimum: 0, default: 0 },
  },
  required: ['nodeGroupSubject', 'priority'],
  additionalProperties: false,
} as const;

/** How the cloud wishes the nodes to be set up. */
export const unitConfig = {
  type: 'object',
  properties: {
    version: { $ref: 'version' },
    formatVersion: { $ref: 'version' },
    nodes: { type: 'array', items: { $ref: 'nodeConfig' } },
  },
  additionalProperties: false,
} as const;
