/** The result of a `finishProvisioningRequest`. */
export const finishProvisioningResponse = {
  type: 'object',
  properties: {
    /** The type of the message. */
    messageType: { const: 'finishProvisioningResponse' },
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
