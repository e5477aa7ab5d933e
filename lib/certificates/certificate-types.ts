import { KeystoreError } from '../errors.js';
import type { CertificateType } from '../protocol/messages.js';
import { certificateType } from '../protocol/schemas/certificate-definitions.js';

/** The types of certificates that units have. */
export const certificateTypes: readonly CertificateType[] = certificateType.enum;

const known: ReadonlySet<string> = new Set(certificateTypes);

/**
 * The type, where a certificate may be of it.
 *
 * @throws {@link KeystoreError}
 */
export const checkType = (type: string): CertificateType => {
  if (known.has(type)) return type as CertificateType;
  throw new KeystoreError(
    `${JSON.stringify(type.slice(0, 64))} is no type of certificate; there are ${certificateTypes.join(', ')}`,
    { code: 'UNKNOWN_TYPE' },
  );
};
