/** What the unit is and runs. A section that is left out is not part of the report; an empty one has no entries. */
export const unitStatus = {
  type: 'object',
  properties: {
    messageType: { const: 'unitStatus' },
    correlationId: { $ref: 'correlationId' },
    /** False: the complete picture; true: only what changed. */
    isDeltaInfo: { type: 'boolean' },
    unitConfig: { type: 'array', items: { $ref: 'unitConfigStatus' }, maxItems: 2 },
    nodes: { type: 'array', items: { $ref: 'nodeInfo' } },
    items: { type: 'array', items: { $ref: 'itemStatus' } },
    instances: { type: 'array', items: { $ref: 'instancesStatus' } },
    /** Those that the unit itself reports. */
    subjects: { type: 'array', items: { $ref: 'codenamed' } },
  },
  required: ['messageType', 'isDeltaInfo'],
  additionalProperties: false,
} as const;
