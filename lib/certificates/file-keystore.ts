import type { KeyObject } from 'node:crypto';
import { mkdir, readdir, readFile, rm, stat } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import { KeystoreError } from '../errors.js';
import { certificateTypes, checkType } from './certificate-types.js';
import { readChain, readKey, readKeyFile, writeKey, writeKeyFile, type KeyFile } from './key-file.js';
import type { CertificateId, IssuedChain, KeyPair, KeyPairInUse, Keystore } from './keystore.js';
import { isEncrypted } from './open-key.js';
import type { KeyType } from './make-request.js';
import { isUnfinished, replaceFile } from './replace-file.js';

/** How keys are made. */
export interface FileKeystoreOptions {
  /** Default `P-256`, an elliptic curve. */
  readonly keyType?: KeyType;
  /** The common name in the requests. Default: none, the cloud knows to whom it issues. */
  readonly commonName?: string;
  /**
   * What the keys in the directory are encrypted with. A key that was kept there without stays as it is until it is
   * replaced. Default: they are not encrypted.
   */
  readonly passphrase?: string | undefined;
  /** The wall clock, in milliseconds since 1970. Default `Date.now`. */
  readonly now?: () => number;
  /** What puts a text in the place of a file. Default: a temporary file that is synced and renamed. */
  readonly replace?: (path: string, text: string) => Promise<void>;
}

/** A {@link Keystore} that answers with Promises. */
export interface FileKeystore extends Keystore {
  readonly createKey: (request: CertificateId) => Promise<string>;
  readonly applyCert: (certificate: IssuedChain) => Promise<string>;
  readonly certificate: (id: CertificateId) => Promise<KeyPairInUse | undefined>;
  readonly commit: (id: CertificateId) => Promise<void>;
  readonly rollback: (id: CertificateId) => Promise<void>;
  readonly importPair: (pair: CertificateId & KeyPair) => Promise<void>;
  /** Removes the keys and certificates of a node, as deprovisioning demands. */
  readonly remove: (node: string) => Promise<void>;
}

const longestNode = 64;

/**
 * Keeps keys and certificates in a directory, one PEM file for each certificate: `NODE.TYPE.pem`, with the pair in use
 * first. The directory is made where it does not exist, and is to be open to this user alone; the keys in it are not
 * encrypted unless there is a `passphrase`, and the secrets of the cloud are not used.
 *
 * A file is replaced whole or not at all, and synced before the answer comes. A key that got no certificate yet is used
 * again when it is asked for again. One unit uses the directory at a time.
 *
 * All methods reject with {@link KeystoreError}.
 */
export const fileKeystore = (directory: string, options: FileKeystoreOptions = {}): FileKeystore => {
  const { keyType = 'P-256', commonName = '', passphrase, now = Date.now, replace = replaceFile } = options;
  let prepared: Promise<void> | undefined;
  let last: Promise<unknown> = Promise.resolve();

  /** One after another: each reads what the one before has written. */
  const inTurn = <T>(what: string, work: () => Promise<T>): Promise<T> => {
    const done = last.then(async () => {
      try {
        await (prepared ??= prepare(directory));
        return await work();
      } catch (cause) {
        if (cause instanceof KeystoreError) throw cause;
        throw failure(`${what} in ${directory}`, cause);
      }
    });
    last = done.catch(() => (prepared = undefined));
    return done;
  };
  const pathOf = (id: CertificateId): string => pathIn(directory, id);
  const change = async (id: CertificateId, next: (file: KeyFile) => KeyFile | undefined): Promise<void> => {
    const path = pathOf(id);
    const changed = next(await read(path));
    if (changed !== undefined) await replace(path, writeKeyFile(changed));
  };

  const createKey = async (id: CertificateId): Promise<string> => {
    const path = pathOf(id);
    const file = await read(path);
    if (file.pending !== undefined && isOfType(readKey(file.pending.key, passphrase), keyType)) return file.pending.csr;
    // Loading it takes a fifth of a second, which a unit without renewals need not spend.
    const { makeRequest } = await import('./make-request.js');
    const { key, csr } = await makeRequest(keyType, commonName);
    const pending = { key: passphrase === undefined ? key : writeKey(readKey(key), passphrase), csr };
    await replace(path, writeKeyFile({ ...file, pending }));
    return pending.csr;
  };

  const applyCert = async ({ chain, isOnTrial, ...id }: IssuedChain): Promise<string> => {
    const path = pathOf(id);
    const { current, kept, pending } = await read(path);
    const candidates = [pending?.key, current?.key]
      .filter((key) => key !== undefined)
      .map((pem) => ({ pem, key: readKey(pem, passphrase) }));
    const keys = candidates.map(({ key }) => key);
    const { cert, leaf } = readChain(chain, now(), keys);
    const serial = leaf.serialNumber.toLowerCase();
    if (current?.cert.trim() === cert.trim()) return serial;
    const key = candidates.find((candidate) => leaf.checkPrivateKey(candidate.key))?.pem;
    if (key === undefined)
      throw new KeystoreError(`the certificate ${serial} belongs to no key that was made for it`, {
        code: 'KEY_MISMATCH',
      });
    const keep = isOnTrial ? (kept ?? current) : undefined;
    const rest = key === pending?.key || pending === undefined ? {} : { pending };
    await replace(path, writeKeyFile({ current: { cert, key }, ...(keep && { kept: keep }), ...rest }));
    return serial;
  };

  const certificate = async (id: CertificateId): Promise<KeyPairInUse | undefined> =>
    pairOf(await read(pathOf(id)), passphrase);

  const importPair = async ({ cert, key, passphrase: opener, ...id }: CertificateId & KeyPair): Promise<void> => {
    const privateKey = readKey(key, opener);
    const { cert: chain, leaf } = readChain(cert, 0, [privateKey]);
    if (!leaf.checkPrivateKey(privateKey))
      throw new KeystoreError('the private key does not belong to the certificate', { code: 'KEY_MISMATCH' });
    const current = { cert: chain, key: writeKey(privateKey, passphrase) };
    await change(id, (file) => (file.current === undefined ? { ...file, current } : undefined));
  };

  const remove = async (node: string): Promise<void> => {
    const names = certificateTypes.map((type) => `${fileName(node)}.${type}.pem`);
    await Promise.all(names.map((name) => rm(join(directory, name), { force: true })));
  };

  return {
    createKey: ({ type, node }) => inTurn('a key cannot be made', () => createKey({ type, node })),
    applyCert: (issued) => inTurn('a certificate cannot be installed', () => applyCert(issued)),
    certificate: (id) => inTurn('a certificate cannot be read', () => certificate(id)),
    commit: (id) =>
      inTurn('the key that was kept cannot be removed', () =>
        change(id, ({ kept, ...file }) => (kept === undefined ? undefined : file)),
      ),
    rollback: (id) =>
      inTurn('the key that was kept cannot be put in use', () =>
        change(id, ({ current, kept, ...file }) =>
          current === undefined || kept === undefined ? undefined : { ...file, current: kept, kept: current },
        ),
      ),
    importPair: (pair) => inTurn('a key cannot be imported', () => importPair(pair)),
    remove: (node) => inTurn('keys cannot be removed', () => remove(node)),
  };
};

/**
 * The pair in use in the directory of a {@link fileKeystore}, for those who must change nothing there; undefined where
 * there is none, or no such directory.
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
    return pairOf(await read(pathIn(directory, id)), passphrase);
  } catch (cause) {
    if (cause instanceof KeystoreError) throw cause;
    if ((cause as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw failure(`a certificate cannot be read in ${directory}`, cause);
  }
};

const pairOf = ({ current, kept }: KeyFile, passphrase: string | undefined): KeyPairInUse | undefined => {
  if (current === undefined) return undefined;
  const { leaf } = readChain(current.cert, 0);
  const opener = passphrase !== undefined && isEncrypted(current.key) ? { passphrase } : {};
  return { ...current, ...opener, serial: leaf.serialNumber.toLowerCase(), isOnTrial: kept !== undefined };
};

const pathIn = (directory: string, { type, node }: CertificateId): string =>
  join(directory, `${fileName(node)}.${checkType(type)}.pem`);

const read = async (path: string): Promise<KeyFile> => {
  const text = await readFile(path, 'utf8').catch(ifMissing);
  return text === undefined ? {} : readKeyFile(text, path);
};

/** Makes the directory, and removes what a process that was killed left half written. */
const prepare = async (directory: string): Promise<void> => {
  await makeDirectory(directory);
  await checkRights(directory);
  const leftOver = (await readdir(directory)).filter(isUnfinished);
  await Promise.all(leftOver.map((name) => rm(join(directory, name), { force: true })));
};

const checkRights = async (directory: string): Promise<void> => {
  const found = await stat(directory);
  if (!found.isDirectory()) throw new KeystoreError(`the keystore ${directory} is no directory`, { code: 'ENOTDIR' });
  const { mode } = found;
  if (process.platform !== 'win32' && (mode & 0o077) !== 0)
    throw new KeystoreError(
      `the keystore ${directory} is open to others (mode ${(mode & 0o777).toString(8)}); close it: chmod 700 ${directory}`,
      { code: 'OPEN_TO_OTHERS' },
    );
};

/** Makes the directory and those above it, for this user alone; what was there already keeps its rights. */
const makeDirectory = async (path: string): Promise<void> => {
  try {
    await mkdir(path, { mode: 0o700 });
  } catch (cause) {
    const { code } = cause as NodeJS.ErrnoException;
    const parent = dirname(resolve(path));
    if (code === 'EEXIST') return;
    if (code !== 'ENOENT' || parent === resolve(path)) throw cause;
    await makeDirectory(parent);
    await mkdir(path, { mode: 0o700 });
  }
};

/** The id of a node as a file name; it may hold whatever the cloud calls a node. */
const fileName = (node: string): string => {
  if (node === '' || node.length > longestNode)
    throw new KeystoreError(`the id of a node has 1 to ${longestNode} characters, not ${node.length}`, {
      code: 'BAD_NODE',
    });
  return Array.from(Buffer.from(node), (byte) =>
    /[\w-]/.test(String.fromCharCode(byte)) ? String.fromCharCode(byte) : `%${byte.toString(16).padStart(2, '0')}`,
  ).join('');
};

const isOfType = (key: KeyObject, keyType: KeyType): boolean => {
  const { modulusLength, namedCurve } = key.asymmetricKeyDetails ?? {};
  return key.asymmetricKeyType === 'rsa'
    ? keyType === `RSA-${modulusLength ?? 0}`
    : { prime256v1: 'P-256', secp384r1: 'P-384' }[namedCurve ?? ''] === keyType;
};

const ifMissing = (cause: unknown): undefined => {
  if (!(cause instanceof Error && 'code' in cause && cause.code === 'ENOENT')) throw cause;
};

const reasons: Readonly<Record<string, string>> = {
  ENOSPC: 'no space is left on the disk',
  EDQUOT: 'the quota is used up',
  EROFS: 'the disk can only be read',
  EACCES: 'this user may not do that',
  EPERM: 'this user may not do that',
};

const failure = (what: string, cause: unknown): KeystoreError => {
  const code = cause instanceof Error && 'code' in cause && typeof cause.code === 'string' ? cause.code : 'FAILED';
  const why = reasons[code] ?? (cause instanceof Error ? cause.message : String(cause));
  return new KeystoreError(`${what}: ${why} (${code})`, { code, cause });
};
