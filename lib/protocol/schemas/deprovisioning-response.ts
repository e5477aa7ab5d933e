/** The result of a `deprovisioningRequest`. */
export const deprovisioningResponse = {
  type: 'object',
  properties: {
    /** The type of the message. */
    messageType: { const: 'deprovisioningResponse' },
    /** That of the request. */
    correlationId: { $ref: 'correlationId' },
    /** The node of the request. */
    node: { $ref: 'codenamed' },
    /** The reason of the failure; absent if nothing failed. */
    errorInfo: { $ref: 'errorInfo' },
  },
  required: ['messageType', 'node'],
  additionalProperties: false,
} as const;
