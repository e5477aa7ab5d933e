/** The purpose of a certificate; `online` is the one that connects to the cloud. */
export const certificateType = {
  type: 'string',
  enum: ['offline', 'online', 'sm', 'cm', 'iam', 'um', 'host-device', 'remote-device', 'azure-iot'],
} as const;

/** The name of a type of certificates: an unknown one is returned to the cloud with an error. */
export const certificateTypeName = { type: 'string', maxLength: 64 } as const;

/** A certificate chain as PEM, the leaf first. */
export const certificateChain = { type: 'string', maxLength: 16_384 } as const;

/** A certificate signing request as PEM. */
export const csr = { type: 'string', maxLength: 4096 } as const;

/** The password of the keys of a node. */
export const password = { type: 'string', maxLength: 64, secret: true } as const;
