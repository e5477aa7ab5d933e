/** The status of the unit. A section that is absent is not part of the report; an empty one has no entries. */
export const unitStatus = {
  type: 'object',
  properties: {
    /** The type of the message. */
    messageType: { const: 'unitStatus' },
    /** Pairs an answer with its request. */
    correlationId: { $ref: 'correlationId' },
    /** False: the complete picture; true: only what changed. */
    isDeltaInfo: { type: 'boolean' },
    /** The configuration in use and the one that is being applied. */
    unitConfig: { type: 'array', items: { $ref: 'unitConfigStatus' }, maxItems: 2 },
    /** The nodes of the unit. */
    nodes: { type: 'array', items: { $ref: 'nodeInfo' } },
    /** The items on the unit. */
    items: { type: 'array', items: { $ref: 'itemStatus' } },
    /** The instances on the unit. */
    instances: { type: 'array', items: { $ref: 'instancesStatus' } },
    /** The subjects that the unit itself reports. */
    subjects: { type: 'array', items: { $ref: 'codenamed' } },
  },
  required: ['messageType', 'isDeltaInfo'],
  additionalProperties: false,
} as const;
