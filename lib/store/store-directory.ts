import { chmodSync, lstatSync, mkdirSync, readdirSync, statSync } from 'node:fs';
import { open } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import { OptionError } from '../errors.js';
import { systemCode } from './system-code.js';

const ours = /^(lock|\d{8}\.journal(\.(damaged|newer))?)$/;
/** Errors that may be gone at the next try. */
const passing = /^(ENOSPC|EDQUOT|EROFS|EIO|EMFILE|ENFILE|EBUSY|EINTR|ESTALE)$/;
const others = 0o077;

/**
 * Makes the directory of a store and those above it, for this user alone whatever the umask; one that is there keeps
 * its rights, and is refused where it is open to others, as are the files in it. Where `path` is a link it must be one
 * of this user or of root; nothing in the directory may be one.
 *
 * @throws {@link OptionError} if it cannot be a store until a person changes something, and the error of the system
 * otherwise.
 */
export const prepareDirectory = (path: string): void => {
  try {
    makeDirectory(path);
    const link = lstatSync(path);
    if (link.isSymbolicLink() && link.uid !== process.geteuid?.() && link.uid !== 0)
      throw unusable(path, 'a link that belongs to another user');
    checkEntry(path, statSync(path), true);
    const names = readdirSync(path).filter((name) => name !== 'lost+found');
    const other = names.find((name) => !ours.test(name));
    if (other !== undefined && !names.includes('lock'))
      throw unusable(path, `a directory with files of something else (${other})`);
    const inside = [...names.filter((name) => ours.test(name)), join('lock', 'LOCK')];
    for (const name of inside) {
      const entry = lstatSync(join(path, name), { throwIfNoEntry: false });
      if (entry) checkEntry(join(path, name), entry, name === 'lock');
    }
  } catch (cause) {
    const code = systemCode(cause);
    if (code === undefined || passing.test(code)) throw cause;
    throw unusable(path, `a place that cannot be used (${(cause as Error).message})`);
  }
};

/** Makes a directory for this user alone; what is there already keeps its rights. */
export const makeDirectory = (path: string): void => {
  if (statSync(path, { throwIfNoEntry: false })) return;
  const parent = dirname(resolve(path));
  // Not with the `recursive` of mkdir, which never ends where the system says of a parent that exists that it does not.
  if (parent !== resolve(path)) makeDirectory(parent);
  try {
    mkdirSync(path, { mode: 0o700 });
    chmodSync(path, 0o700); // whatever the umask
  } catch (cause) {
    // Another process may have been faster.
    if (systemCode(cause) !== 'EEXIST') throw cause;
  }
};

type Entry = Pick<ReturnType<typeof statSync> & object, 'isDirectory' | 'isFile' | 'mode'>;

const checkEntry = (path: string, entry: Entry, isDirectory: boolean): void => {
  if (!(isDirectory ? entry.isDirectory() : entry.isFile()))
    throw unusable(path, isDirectory ? 'no directory' : 'no plain file');
  const mode = Number(entry.mode) & 0o777;
  if (process.platform !== 'win32' && (mode & others) !== 0)
    throw unusable(
      path,
      `open to others (mode ${mode.toString(8)})`,
      `close it: chmod ${isDirectory ? '700' : '600'} ${path}`,
    );
};

const unusable = (path: string, what: string, advice = 'name another directory, or clear it away'): OptionError =>
  new OptionError('store', `${JSON.stringify(path)}, which is ${what}`, `a directory of this user alone; ${advice}`);

/** Syncs a directory. On systems that cannot, such as Windows, this is done by the system itself. */
export const syncDirectory = async (path: string): Promise<void> => {
  const handle = await open(path).catch(() => undefined);
  try {
    await handle?.sync();
  } catch (cause) {
    if (process.platform !== 'win32') throw cause;
  } finally {
    await handle?.close();
  }
};
