import { mkdir, readdir, readFile, rm, stat } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import { KeystoreError } from '../errors.js';
import { checkType } from './certificate-types.js';
import { readKeyFile, type KeyFile } from './key-file.js';
import type { CertificateId } from './keystore.js';
import { isUnfinished } from './replace-file.js';

const longestNode = 64;

/** The path of the file of a certificate in the directory of a keystore. */
export const pathIn = (directory: string, { type, node }: CertificateId): string =>
  join(directory, `${fileName(node)}.${checkType(type)}.pem`);

/** Reads the file of a certificate, which is empty if there is none. */
export const readFileOf = async (path: string): Promise<KeyFile> => {
  const text = await readFile(path, 'utf8').catch(ifMissing);
  return text === undefined ? {} : readKeyFile(text, path);
};

/** Makes the directory, and removes what a process that was killed left half written. */
export const prepareDirectory = async (directory: string): Promise<void> => {
  await makeDirectory(directory);
  await checkRights(directory);
  const leftOver = (await readdir(directory)).filter(isUnfinished);
  await Promise.all(leftOver.map((name) => rm(join(directory, name), { force: true })));
};

/**
 * Checks that the directory is open to this user alone.
 *
 * @throws {@link KeystoreError} with `ENOTDIR` or `OPEN_TO_OTHERS`
 */
export const checkRights = async (directory: string): Promise<void> => {
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

/** The id of a node as a file name; the cloud may put any character into an id. */
export const fileName = (node: string): string => {
  if (node === '' || node.length > longestNode)
    throw new KeystoreError(`the id of a node has 1 to ${longestNode} characters, not ${node.length}`, {
      code: 'BAD_NODE',
    });
  return Array.from(Buffer.from(node), (byte) =>
    /[\w-]/.test(String.fromCharCode(byte)) ? String.fromCharCode(byte) : `%${byte.toString(16).padStart(2, '0')}`,
  ).join('');
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

/** The error of a keystore for an error of the file system. */
export const keystoreFailure = (what: string, cause: unknown): KeystoreError => {
  const code = cause instanceof Error && 'code' in cause && typeof cause.code === 'string' ? cause.code : 'FAILED';
  const why = reasons[code] ?? (cause instanceof Error ? cause.message : String(cause));
  return new KeystoreError(`${what}: ${why} (${code})`, { code, cause });
};
