import { certificateType } from '../protocol/schemas/certificate-definitions.js';

/** The types of certificates that units have. */
export const certificateTypes: typeof certificateType.enum = certificateType.enum;

const known: ReadonlySet<string> = new Set(certificateTypes);

/** Whether a certificate may be of this type. */
export const isCertificateType = (type: string): boolean => known.has(type);
