import { createRequire } from 'node:module';
import type * as Tls from 'node:tls';
import type { Credentials } from './types.js';

const require = createRequire(import.meta.url);

/** True for the URI of a key that a PKCS#11 module holds (RFC 7512), such as a TPM, in place of PEM. */
export const isHardwareKey = (key: string): boolean => key.startsWith('pkcs11:');

/** The private key among the options of TLS. */
export const keyOptions = ({
  key,
  passphrase,
}: Pick<Credentials, 'key' | 'passphrase'>): Pick<
  Tls.SecureContextOptions,
  'key' | 'passphrase' | 'privateKeyEngine' | 'privateKeyIdentifier'
> =>
  isHardwareKey(key)
    ? { privateKeyEngine: 'pkcs11', privateKeyIdentifier: key }
    : { key, ...(passphrase === undefined ? {} : { passphrase }) };

/** The reason why a key in hardware cannot be used. */
export type HardwareKeyTrouble = 'PIN shown' | 'no engine' | 'mismatch' | 'no key';

/** The reason why the key in hardware cannot be used with this certificate, with the error of OpenSSL; undefined if it can. */
export const hardwareKeyTrouble = ({
  cert,
  key,
}: Pick<Credentials, 'cert' | 'key'>):
  { readonly trouble: HardwareKeyTrouble; readonly cause?: unknown } | undefined => {
  // The engine prints the URI to stderr.
  if (/pin-value=/i.test(key)) return { trouble: 'PIN shown' };
  try {
    const { createSecureContext } = require('node:tls') as typeof Tls;
    createSecureContext({ cert, ...keyOptions({ key }) });
    return undefined;
  } catch (cause) {
    return { trouble: troubleOf(cause), cause };
  }
};

const troubleOf = (error: unknown): HardwareKeyTrouble => {
  const { code, message } = error as NodeJS.ErrnoException;
  if (code === 'ERR_OSSL_X509_KEY_VALUES_MISMATCH') return 'mismatch';
  return /shared library|no such engine|init failed|NOT_SUPPORTED/i.test(`${message} ${code ?? ''}`)
    ? 'no engine'
    : 'no key';
};

/** A URI without what opens the key. */
export const shownKeyUri = (uri: string): string => uri.replace(/\?.*/s, '').replace(/;pin-[a-z]+=[^;]*/gi, '');
