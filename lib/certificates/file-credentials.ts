import { readFile } from 'node:fs/promises';
import { inspect } from 'node:util';
import { defer, interval, type Observable } from 'rxjs';
import { CredentialsError } from '../errors.js';
import { decodeText, notUtf8 } from '../protocol/decode-text.js';
import { hidden } from '../protocol/redact-text.js';
import { describeKeyFailure, isEncrypted, openKey } from './open-key.js';
import { missingPem } from './pem.js';
import { readAgain } from './read-again.js';
import { monotonicScheduler } from '../time/monotonic-scheduler.js';
import { isHardwareKey } from '../transport/hardware-key.js';
import type { Credentials, TrustAnchors } from '../transport/types.js';

/** Emits when files that are watched are read again: every 10 s. */
export const everyReading$: Observable<unknown> = interval(10_000, monotonicScheduler);

/** The PEM files of the credentials of a unit. */
export interface CredentialsFiles {
  /** The path of the certificates of the CAs that vouch for the cloud. */
  readonly ca: string;
  /** The path of the certificate followed by its intermediates. */
  readonly cert: string;
  /** The path of the private key that belongs to the certificate, or the `pkcs11:` URI of one that hardware holds. */
  readonly key: string;
  /**
   * The passphrase of an encrypted key.
   *
   * @defaultValue none: the key is not encrypted
   */
  readonly passphrase?: string | undefined;
  /**
   * The path of a file whose first line is the passphrase, read at each attempt as well.
   *
   * @defaultValue none
   */
  readonly passphraseFile?: string | undefined;
  /**
   * True to read the files again every 10 s, or an Observable that says when. Where they have changed and belong together, their
   * credentials are emitted, and a unit reconnects with them; what cannot be used yet is passed over.
   *
   * @defaultValue false: the next attempt to connect reads them
   */
  readonly watch?: boolean | Observable<unknown> | undefined;
  /**
   * Called with the reason, a {@link CredentialsError}, each time that files which are watched cannot be used yet.
   *
   * @defaultValue they are passed over without a word
   */
  readonly onRefused?: ((error: unknown) => void) | undefined;
}

/**
 * The credentials in these files. Each attempt to connect reads them again, so that a replaced file takes effect. With a
 * keystore the file of the CA is enough.
 *
 * @param files - the paths of the files
 * @returns an Observable that emits once, or with `watch` whenever they change, and fails with a {@link CredentialsError} that
 * names the file that cannot be used
 *
 * @example
 * ```ts
 * const credentials = fileCredentials({ ca: 'ca.pem', cert: 'cert.pem', key: 'key.pem' });
 * const unit = connectUnit({ systemId: 'unit-1', credentials });
 * ```
 */
export function fileCredentials(files: CredentialsFiles): Observable<Credentials>;
/**
 * The trust anchors in this file, for a unit with a keystore.
 *
 * @param files - the path of the file of the CA
 */
export function fileCredentials(files: Pick<CredentialsFiles, 'ca' | 'watch' | 'onRefused'>): Observable<TrustAnchors>;
export function fileCredentials(files: Partial<CredentialsFiles>): Observable<Credentials | TrustAnchors> {
  const { watch = false, onRefused } = files;
  const read$ = readFiles(files);
  if (watch === false) return read$;
  return readAgain(read$, watch === true ? everyReading$ : watch, onRefused);
}

const readFiles = (files: Partial<CredentialsFiles>): Observable<Credentials | TrustAnchors> =>
  defer(async () => {
    const isHardware = files.key !== undefined && isHardwareKey(files.key);
    const [ca = '', cert, key, passphrase = files.passphrase] = await Promise.all([
      read('CA', files.ca),
      read('certificate', files.cert),
      isHardware ? files.key : read('private key', files.key),
      readPassphrase(files.passphraseFile),
    ]);
    checkKind('CA', 'ca', files.ca, ca);
    if (cert === undefined || key === undefined) return { ca };
    checkKind('certificate', 'cert', files.cert, cert);
    if (!isHardware) {
      checkKind('private key', 'key', files.key, key);
      checkKey(key, files.key, passphrase);
    }
    return guarded({ ca, cert, key, ...(passphrase === undefined ? {} : { passphrase }) });
  });

/** A file of another kind is recognised here, where its name and its option are known. */
const checkKind = (what: string, option: 'ca' | 'cert' | 'key', file = '', text: string): void => {
  const missing = missingPem(text, option === 'key' ? 'private key' : 'certificate');
  if (missing?.instead !== undefined)
    throw new CredentialsError(`the ${what} file ${file}, given as ${option}, cannot be used: ${missing.words}`);
};

/** The same credentials; `console.log` and the like show neither the key nor the passphrase. */
const guarded = (credentials: Credentials): Credentials =>
  Object.defineProperty(credentials, inspect.custom, {
    value: () => ({ ...credentials, key: hidden, ...('passphrase' in credentials && { passphrase: hidden }) }),
  });

/**
 * The passphrase in the first line of a file; undefined if no file is given.
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
