import { X509Certificate, type KeyObject } from 'node:crypto';
import { CredentialsError } from '../errors.js';
import { describeKeyFailure, openKey } from './open-key.js';
import { hardwareKeyTrouble, isHardwareKey, shownKeyUri, type HardwareKeyTrouble } from '../transport/hardware-key.js';
import { certificatesIn, missingPem } from './pem.js';
import type { Credentials } from '../transport/types.js';

/** The result of an examination of credentials. */
export interface Examined {
  /** The moment from which on the certificate has expired, in milliseconds since 1970. */
  readonly validTill: number;
}

/**
 * Checks that credentials can be used, and returns them: certificate and key can be read and belong together, and the
 * certificate has not expired at `now` (milliseconds since 1970). A certificate that is not valid *yet* passes: a unit
 * often boots with a clock that is behind.
 *
 * @throws {@link CredentialsError}
 */
export const checkCredentials = (credentials: Credentials, now: number): Credentials => {
  checkNotExpired(examineCredentials(credentials), now);
  return credentials;
};

/**
 * Checks that certificate and key can be read and belong together.
 *
 * @throws {@link CredentialsError}
 */
export const examineCredentials = (credentials: Credentials): Examined => {
  const certificate = readCertificate('the certificate', credentials.cert);
  const key = isHardwareKey(credentials.key) ? undefined : privateKey(credentials);
  readCertificate('the CA', credentials.ca);
  if (key === undefined ? !isOfHardwareKey(credentials) : !certificate.checkPrivateKey(key))
    throw new CredentialsError(
      `the private key does not belong to the certificate${more(credentials.cert)}; give the key that its request was made with`,
    );
  return { validTill: Date.parse(certificate.validTo) };
};

/**
 * Checks that the certificate has not expired at `now`, in milliseconds since 1970.
 *
 * @throws {@link CredentialsError}
 */
export const checkNotExpired = ({ validTill }: Examined, now: number): void => {
  if (validTill < now)
    throw new CredentialsError(
      `the certificate expired on ${new Date(validTill).toISOString()}; put a renewed one in its place`,
    );
};

const privateKey = ({ key, passphrase }: Credentials): KeyObject => {
  try {
    return openKey(key, passphrase);
  } catch (cause) {
    const why = missingPem(key, 'private key')?.words ?? describeKeyFailure(key, passphrase, cause);
    throw new CredentialsError(`the private key cannot be read: ${why}`, { cause });
  }
};

const hardwareWords: Readonly<Record<Exclude<HardwareKeyTrouble, 'mismatch'>, string>> = {
  'PIN shown': 'its PIN is in it and would be printed; name a file that has it by pin-source=file:',
  'no engine': 'OpenSSL has no engine pkcs11; have the file of OPENSSL_CONF load one',
  'no key': 'there is no such key, or its PIN does not open it',
};

/** True if the certificate is that of the key in hardware. */
const isOfHardwareKey = (credentials: Credentials): boolean => {
  const found = hardwareKeyTrouble(credentials);
  if (found === undefined || found.trouble === 'mismatch') return found === undefined;
  const { trouble, cause } = found;
  throw new CredentialsError(
    `the private key ${shownKeyUri(credentials.key)} cannot be used: ${hardwareWords[trouble]}`,
    trouble === 'PIN shown' ? {} : { cause },
  );
};

const more = (cert: string): string => {
  const { length } = certificatesIn(cert);
  return length > 1 ? `, nor to another of the ${length} in its file` : '';
};

const readCertificate = (what: string, pem: string): X509Certificate => {
  try {
    return new X509Certificate(pem);
  } catch (cause) {
    // The cause of OpenSSL names the kind of failure and nothing of the content.
    const why = missingPem(pem, 'certificate')?.words ?? (cause instanceof Error ? cause.message : String(cause));
    throw new CredentialsError(`${what} cannot be read: ${why}`, { cause });
  }
};
