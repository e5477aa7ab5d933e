import { readFile } from 'node:fs/promises';
import { inspect } from 'node:util';
import { defer, type Observable } from 'rxjs';
import { CredentialsError } from '../errors.js';
import { decodeText, notUtf8 } from '../protocol/decode-text.js';
import { hidden } from '../protocol/redact-text.js';
import { describeKeyFailure, isEncrypted, openKey } from './open-key.js';
import type { Credentials, TrustAnchors } from '../transport/types.js';

/** Where the credentials of a unit lie, PEM files each. */
export interface CredentialsFiles {
  readonly ca: string;
  /** The certificate followed by its intermediates. */
  readonly cert: string;
  readonly key: string;
  /** What an encrypted key is opened with. Default: the key is not encrypted. */
  readonly passphrase?: string | undefined;
  /** A file whose first line is the passphrase, read at each attempt as well. Default: none. */
  readonly passphraseFile?: string | undefined;
}

/**
 * The credentials in these files, read anew by each attempt to connect, so that a replaced file is taken into use. With a
 * keystore the file of the CA is enough.
 */
export function fileCredentials(files: CredentialsFiles): Observable<Credentials>;
export function fileCredentials(files: Pick<CredentialsFiles, 'ca'>): Observable<TrustAnchors>;
export function fileCredentials(files: Partial<CredentialsFiles>): Observable<Credentials | TrustAnchors> {
  return defer(async () => {
    const [ca = '', cert, key, passphrase = files.passphrase] = await Promise.all([
      read('CA', files.ca),
      read('certificate', files.cert),
      read('private key', files.key),
      readPassphrase(files.passphraseFile),
    ]);
    if (cert === undefined || key === undefined) return { ca };
    checkKey(key, files.key, passphrase);
    return guarded({ ca, cert, key, ...(passphrase === undefined ? {} : { passphrase }) });
  });
}

/** The same, of which `console.log` and the like show neither the key nor the passphrase. */
const guarded = (credentials: Credentials): Credentials =>
  Object.defineProperty(credentials, inspect.custom, {
    value: () => ({ ...credentials, key: hidden, ...('passphrase' in credentials && { passphrase: hidden }) }),
  });

/**
 * The passphrase in the first line of a file; undefined where no file is given.
 *
 * @throws {@link CredentialsError}
 */
export const readPassphrase = async (file: string | undefined): Promise<string | undefined> => {
  const text = await read('passphrase', file);
  const passphrase = text?.replace(/\r?\n[^]*/, '');
  if (passphrase === '') throw new CredentialsError(`the first line of the passphrase file ${file ?? ''} is empty`);
  return passphrase;
};

/** An encrypted key is opened here, where the name of its file is known. */
const checkKey = (key: string, file = '', passphrase: string | undefined): void => {
  if (!isEncrypted(key)) return;
  try {
    openKey(key, passphrase);
  } catch (cause) {
    throw new CredentialsError(
      `the private key file ${file} cannot be used: ${describeKeyFailure(key, passphrase, cause)}`,
      { cause },
    );
  }
};

const read = async (what: string, file: string | undefined): Promise<string | undefined> => {
  if (file === undefined) return undefined;
  let bytes: Uint8Array;
  try {
    bytes = await readFile(file);
  } catch (cause) {
    const why = cause instanceof Error ? cause.message : String(cause);
    throw new CredentialsError(`the ${what} file cannot be read: ${why}`, { cause });
  }
  const text = decodeText(bytes);
  if (text === undefined) throw new CredentialsError(`the ${what} file ${file} is ${notUtf8(bytes)}; save it in UTF-8`);
  return text;
};
