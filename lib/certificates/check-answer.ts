import { KeystoreError } from '../errors.js';
import { csr as csrSchema } from '../protocol/schemas/certificate-definitions.js';

const longestSerial = 256;

/**
 * Checks that the certificate signing request of a keystore can be sent, and returns it: one that cannot must not cost the
 * others.
 *
 * @throws {@link KeystoreError} with `BAD_REQUEST`
 */
export const checkCsr = (csr: unknown): string =>
  checkText(csr, 'certificate signing request', 'BAD_REQUEST', csrSchema.maxLength);

/**
 * Checks that the serial of a keystore can be sent, and returns it in its spelling.
 *
 * @throws {@link KeystoreError} with `BAD_SERIAL`
 */
export const checkSerial = (serial: unknown): string => checkText(serial, 'serial', 'BAD_SERIAL', longestSerial);

const checkText = (given: unknown, what: string, code: string, longest: number): string => {
  if (typeof given === 'string' && given.length <= longest) return given;
  const got = typeof given === 'string' ? `one of ${given.length} characters` : `a value of type ${typeof given}`;
  throw new KeystoreError(
    `the keystore gave no ${what} that can be sent but ${got}; a text of ${longest} at most can`,
    {
      code,
    },
  );
};
