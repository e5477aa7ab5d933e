import { KeystoreError } from '../errors.js';
import type { CertificateType } from '../protocol/messages.js';
import { certificateType } from '../protocol/schemas/certificate-definitions.js';

/** The types of the certificates of units. */
export const certificateTypes: readonly CertificateType[] = certificateType.enum;

const known: ReadonlySet<string> = new Set(certificateTypes);

/**
 * Checks that certificates may have this type, and returns it.
 *
 * @throws {@link KeystoreError} with `UNKNOWN_TYPE`
 */
export const checkType = (type: string): CertificateType => {
  if (known.has(type)) return type as CertificateType;
  throw new KeystoreError(
    `${JSON.stringify(type.slice(0, 64))} is no type of certificate; there are ${certificateTypes.join(', ')}`,
    { code: 'UNKNOWN_TYPE' },
  );
};
