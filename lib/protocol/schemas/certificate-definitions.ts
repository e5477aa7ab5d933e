/** What a certificate is for; `online` is the one that connects to the cloud. */
export const certificateType = {
  type: 'string',
  enum: ['offline', 'online', 'sm', 'cm', 'iam', 'um', 'host-device', 'remote-device', 'azure-iot'],
} as const;

/** What the cloud calls a type of certificates: one that nobody knows is told back to it with an error. */
export const certificateTypeName = { type: 'string', maxLength: 64 } as const;

/** A certificate chain as PEM, the leaf first. */
export const certificateChain = { type: 'string', maxLength: 16_384 } as const;

/** A certificate signing request as PEM. */
export const csr = { type: 'string', maxLength: 4096 } as const;

/** What opens the keys of a node. */
export const password = { type: 'string', maxLength: 64, secret: true } as const;
