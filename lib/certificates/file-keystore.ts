import type { KeyObject } from 'node:crypto';
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { KeystoreError } from '../errors.js';
import { certificateTypes } from './certificate-types.js';
import { checkRights, fileName, keystoreFailure, pathIn, prepareDirectory, readFileOf } from './key-directory.js';
import { readChain, readKey, writeKey, writeKeyFile, type KeyFile } from './key-file.js';
import type { CertificateId, IssuedChain, KeyPair, KeyPairInUse, Keystore } from './keystore.js';
import type { KeyType } from './make-request.js';
import { isEncrypted } from './open-key.js';
import { replaceFile } from './replace-file.js';

/** Options of {@link fileKeystore}. */
export interface FileKeystoreOptions {
  /**
   * The kind of new keys.
   *
   * @defaultValue `P-256`, an elliptic curve
   */
  readonly keyType?: KeyType;
  /**
   * The common name in the requests.
   *
   * @defaultValue none: the cloud knows to which unit it issues
   */
  readonly commonName?: string;
  /**
   * The passphrase that the keys in the directory are encrypted with. A key that was kept there without stays as it is until
   * it is replaced.
   *
   * @defaultValue none: they are not encrypted
   */
  readonly passphrase?: string | undefined;
  /**
   * The wall clock, in milliseconds since 1970.
   *
   * @defaultValue `Date.now`
   */
  readonly now?: () => number;
  /**
   * Puts a text in the place of a file.
   *
   * @defaultValue a temporary file is written, synced and renamed
   */
  readonly replace?: (path: string, text: string) => Promise<void>;
}

/** A {@link Keystore} of {@link fileKeystore}, which answers with Promises. They reject with {@link KeystoreError}. */
export interface FileKeystore extends Keystore {
  /** Makes a new key and resolves with the request for its certificate (PKCS#10, PEM). */
  readonly createKey: (request: CertificateId) => Promise<string>;
  /** Installs a certificate for a key that was made before, and resolves with its serial in hex. */
  readonly applyCert: (certificate: IssuedChain) => Promise<string>;
  /** Resolves with the pair in use; undefined if there is none. */
  readonly certificate: (id: CertificateId) => Promise<KeyPairInUse | undefined>;
  /** Removes the pair that was kept: the one in use has connected. */
  readonly commit: (id: CertificateId) => Promise<void>;
  /** Exchanges the pair in use with the one that was kept. */
  readonly rollback: (id: CertificateId) => Promise<void>;
  /** Takes a pair that was made elsewhere, unless one is in use. */
  readonly importPair: (pair: CertificateId & KeyPair) => Promise<void>;
  /** Removes the keys and certificates of a node, as deprovisioning demands. */
  readonly remove: (node: string) => Promise<void>;
}

/**
 * Keeps keys and certificates in a directory, one PEM file for each certificate: `NODE.TYPE.pem`, with the pair in use
 * first. The directory is made if it does not exist, and is to be open to this user alone; the keys in it are not
 * encrypted unless there is a `passphrase`, and the secrets of the cloud are not used.
 *
 * A file is replaced whole or not at all, and synced before the answer comes. A key that got no certificate yet is used
 * again when it is asked for again. One unit uses the directory at a time.
 *
 * @param directory - the path of the directory
 * @param options - how keys are made and encrypted
 * @returns a keystore whose methods reject with {@link KeystoreError}
 *
 * @example
 * ```ts
 * const keystore = fileKeystore('/var/lib/my-unit/keys');
 * const unit = connectUnit({ systemId: 'unit-1', credentials, keystore, mainNode: 'main' });
 * ```
 */
export const fileKeystore = (directory: string, options: FileKeystoreOptions = {}): FileKeystore => {
  const { keyType = 'P-256', commonName = '', passphrase, now = Date.now, replace = replaceFile } = options;
  const inTurn = turns(directory);
  const keys: KeyFiles = {
    directory,
    passphrase,
    replace: (path, file) => replace(path, writeKeyFile(file)),
  };
  return {
    createKey: ({ type, node }) =>
      inTurn('a key cannot be made', () => createKey(keys, { type, node }, keyType, commonName)),
    applyCert: (issued) => inTurn('a certificate cannot be installed', () => applyCert(keys, issued, now())),
    certificate: (id) =>
      inTurn('a certificate cannot be read', async () => pairOf(await readFileOf(pathIn(directory, id)), passphrase)),
    commit: (id) =>
      inTurn('the key that was kept cannot be removed', () =>
        change(keys, id, ({ kept, ...file }) => (kept === undefined ? undefined : file)),
      ),
    rollback: (id) =>
      inTurn('the key that was kept cannot be put in use', () =>
        change(keys, id, ({ current, kept, ...file }) =>
          current === undefined || kept === undefined ? undefined : { ...file, current: kept, kept: current },
        ),
      ),
    importPair: (pair) => inTurn('a key cannot be imported', () => importPair(keys, pair)),
    remove: (node) => inTurn('keys cannot be removed', () => remove(directory, node)),
  };
};

interface KeyFiles {
  readonly directory: string;
  readonly passphrase: string | undefined;
  readonly replace: (path: string, file: KeyFile) => Promise<void>;
}

/** Runs one after another what is done in a directory, which is prepared first: each reads what the one before has written. */
const turns = (directory: string) => {
  let prepared: Promise<void> | undefined;
  let last: Promise<unknown> = Promise.resolve();
  return <T>(what: string, work: () => Promise<T>): Promise<T> => {
    const done = last.then(async () => {
      try {
        await (prepared ??= prepareDirectory(directory));
        return await work();
      } catch (cause) {
        if (cause instanceof KeystoreError) throw cause;
        throw keystoreFailure(`${what} in ${directory}`, cause);
      }
    });
    last = done.catch(() => (prepared = undefined));
    return done;
  };
};

const change = async (
  { directory, replace }: KeyFiles,
  id: CertificateId,
  next: (file: KeyFile) => KeyFile | undefined,
): Promise<void> => {
  const path = pathIn(directory, id);
  const changed = next(await readFileOf(path));
  if (changed !== undefined) await replace(path, changed);
};

const createKey = async (
  { directory, passphrase, replace }: KeyFiles,
  id: CertificateId,
  keyType: KeyType,
  commonName: string,
): Promise<string> => {
  const path = pathIn(directory, id);
  const file = await readFileOf(path);
  if (file.pending !== undefined && isOfType(readKey(file.pending.key, passphrase), keyType)) return file.pending.csr;
  // Loading it takes a fifth of a second, which a unit without renewals need not spend.
  const { makeRequest } = await import('./make-request.js');
  const { key, csr } = await makeRequest(keyType, commonName);
  await replace(path, {
    ...file,
    pending: { key: passphrase === undefined ? key : writeKey(readKey(key), passphrase), csr },
  });
  return csr;
};

const applyCert = async (
  { directory, passphrase, replace }: KeyFiles,
  { chain, isOnTrial, ...id }: IssuedChain,
  now: number,
): Promise<string> => {
  const path = pathIn(directory, id);
  const { current, kept, pending } = await readFileOf(path);
  const candidates = [pending?.key, current?.key]
    .filter((key) => key !== undefined)
    .map((pem) => ({ pem, key: readKey(pem, passphrase) }));
  const keys = candidates.map(({ key }) => key);
  const { cert, leaf } = readChain(chain, now, keys);
  const serial = leaf.serialNumber.toLowerCase();
  if (current?.cert.trim() === cert.trim()) return serial;
  const key = candidates.find((candidate) => leaf.checkPrivateKey(candidate.key))?.pem;
  if (key === undefined)
    throw new KeystoreError(`the certificate ${serial} belongs to no key that was made for it`, {
      code: 'KEY_MISMATCH',
    });
  const keep = isOnTrial ? (kept ?? current) : undefined;
  const rest = key === pending?.key || pending === undefined ? {} : { pending };
  await replace(path, { current: { cert, key }, ...(keep && { kept: keep }), ...rest });
  return serial;
};

const importPair = async (
  keys: KeyFiles,
  { cert, key, passphrase: opener, ...id }: CertificateId & KeyPair,
): Promise<void> => {
  const privateKey = readKey(key, opener);
  const { cert: chain, leaf } = readChain(cert, 0, [privateKey]);
  if (!leaf.checkPrivateKey(privateKey))
    throw new KeystoreError('the private key does not belong to the certificate', { code: 'KEY_MISMATCH' });
  const current = { cert: chain, key: writeKey(privateKey, keys.passphrase) };
  await change(keys, id, (file) => (file.current === undefined ? { ...file, current } : undefined));
};

const remove = async (directory: string, node: string): Promise<void> => {
  const names = certificateTypes.map((type) => `${fileName(node)}.${type}.pem`);
  await Promise.all(names.map((name) => rm(join(directory, name), { force: true })));
};

/**
 * The pair in use in the directory of a {@link fileKeystore}, which is not changed; undefined if there is none, or no such
 * directory.
 *
 * @throws {@link KeystoreError}
 */
export const pairInUse = async (
  directory: string,
  id: CertificateId,
  passphrase?: string,
): Promise<KeyPairInUse | undefined> => {
  try {
    await checkRights(directory);
    return pairOf(await readFileOf(pathIn(directory, id)), passphrase);
  } catch (cause) {
    if (cause instanceof KeystoreError) throw cause;
    if ((cause as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw keystoreFailure(`a certificate cannot be read in ${directory}`, cause);
  }
};

const pairOf = ({ current, kept }: KeyFile, passphrase: string | undefined): KeyPairInUse | undefined => {
  if (current === undefined) return undefined;
  const { leaf } = readChain(current.cert, 0);
  const opener = passphrase !== undefined && isEncrypted(current.key) ? { passphrase } : {};
  return { ...current, ...opener, serial: leaf.serialNumber.toLowerCase(), isOnTrial: kept !== undefined };
};

const isOfType = (key: KeyObject, keyType: KeyType): boolean => {
  const { modulusLength, namedCurve } = key.asymmetricKeyDetails ?? {};
  return key.asymmetricKeyType === 'rsa'
    ? keyType === `RSA-${modulusLength ?? 0}`
    : { prime256v1: 'P-256', secp384r1: 'P-384' }[namedCurve ?? ''] === keyType;
};
