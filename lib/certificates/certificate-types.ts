/** The types of certificates that units have. */
export const certificateTypes = [
  'offline',
  'online',
  'sm',
  'cm',
  'iam',
  'um',
  'host-device',
  'remote-device',
  'azure-iot',
] as const;

const known: ReadonlySet<string> = new Set(certificateTypes);

/** Whether a certificate may be of this type. */
export const isCertificateType = (type: string): boolean => known.has(type);
