import { readFile } from 'node:fs/promises';
import { defer, type Observable } from 'rxjs';
import { CredentialsError } from '../errors.js';
import { decodeText, notUtf8 } from '../protocol/decode-text.js';
import type { Credentials, TrustAnchors } from '../transport/types.js';

/** Where the credentials of a unit lie, PEM files each. */
export interface CredentialsFiles {
  readonly ca: string;
  /** The certificate followed by its intermediates. */
  readonly cert: string;
  readonly key: string;
}

/**
 * The credentials in these files, read anew by each attempt to connect, so that a replaced file is taken into use. With a
 * keystore the file of the CA is enough.
 */
export function fileCredentials(files: CredentialsFiles): Observable<Credentials>;
export function fileCredentials(files: Pick<CredentialsFiles, 'ca'>): Observable<TrustAnchors>;
export function fileCredentials(files: Partial<CredentialsFiles>): Observable<Credentials | TrustAnchors> {
  return defer(async () => {
    const [ca = '', cert, key] = await Promise.all([
      read('CA', files.ca),
      read('certificate', files.cert),
      read('private key', files.key),
    ]);
    return cert === undefined || key === undefined ? { ca } : { ca, cert, key };
  });
}

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
  if (text === undefined)
    throw new CredentialsError(`the ${what} file ${file} is ${notUtf8(bytes)}; save it as PEM, in UTF-8`);
  return text;
};
