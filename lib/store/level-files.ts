import {
  constants,
  copyFile,
  link,
  mkdir,
  open,
  readdir,
  readFile,
  rename,
  rm,
  stat,
  writeFile,
} from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import { StoreError } from '../errors.js';
import { corrupt } from './read-level.js';

/** There while a database is being made: until it goes, an empty one is not a loss. */
const creating = 'creating';

/** Where the files lie as they were found, until the content has been read and found whole. */
const asFound = 'as-found';

const content = /^(CURRENT|MANIFEST-\d+|\d+\.(log|ldb|sst))$/;
const ours = /^(LOCK|LOG(\.old)?|\d+\.dbtmp|creating|as-found|lost\+found|(corrupt|newer)-.*)$/;

/**
 * Makes the directory and those above it, for this user alone; what was there already keeps its rights. Not with the
 * `recursive` of mkdir, which never ends where the system says of a parent that exists that it does not, as in `/proc`.
 */
export const makeDirectory = async (path: string): Promise<void> => {
  if (await isDirectory(path)) return;
  const parent = dirname(resolve(path));
  if (parent !== resolve(path)) await makeDirectory(parent);
  await mkdir(path, { mode: 0o700 }).catch(async (cause: unknown) => {
    // Another process may have been faster.
    if (!(await isDirectory(path))) throw cause;
  });
  await sync(parent);
};

const isDirectory = async (path: string): Promise<boolean> => {
  try {
    return (await stat(path)).isDirectory();
  } catch (cause) {
    if (cause instanceof Error && 'code' in cause && cause.code === 'ENOENT') return false;
    throw cause;
  }
};

/** Where directories cannot be synced, as on Windows, the system does it by itself. */
const sync = async (directory: string): Promise<void> => {
  const handle = await open(directory).catch(() => undefined);
  await handle?.sync().catch(() => undefined);
  await handle?.close();
};

/**
 * Looks at the files before LevelDB does, which makes a new database where `CURRENT` is missing and deletes what it
 * does not know. True when nothing was ever accepted here.
 */
export const inspectFiles = async (path: string): Promise<boolean> => {
  const files = await readdir(path);
  const other = files.find((file) => !content.test(file) && !ours.test(file));
  if (files.includes(creating) && (await isBegun(path, files))) {
    for (const file of files.filter((name) => content.test(name))) await rm(join(path, file));
    return true;
  }
  if (!files.includes('CURRENT')) {
    if (other !== undefined) {
      throw new StoreError(path, `holds files of something else (${other}); give it a directory of its own`, {
        code: 'FOREIGN',
      });
    }
    if (!files.includes(creating) && files.some((file) => content.test(file))) {
      throw corrupt(path, 'its file CURRENT is missing');
    }
    await writeFile(join(path, creating), '', { mode: 0o600 });
    return true;
  }
  const manifest = (await readFile(join(path, 'CURRENT'), 'latin1')).trimEnd();
  if (!files.includes(manifest)) throw corrupt(path, 'its file CURRENT names no file that is there');
  return files.includes(creating);
};

/**
 * Whether a database was being made and nothing was put into it: LevelDB names a manifest in CURRENT before that is on
 * disk, so that one whose power went then could not be opened.
 */
const isBegun = async (path: string, files: readonly string[]): Promise<boolean> => {
  const sizes = files
    .filter((file) => /^\d+\.(log|ldb|sst)$/.test(file))
    .map(async (file) => (await stat(join(path, file))).size);
  return (await Promise.all(sizes)).every((size) => size === 0);
};

/** Keeps the files as they are: LevelDB deletes a damaged log once it has read what is left of it. */
export const keepFiles = async (path: string): Promise<void> => {
  await mkdir(join(path, asFound), { recursive: true, mode: 0o700 });
  for (const file of (await readdir(path)).filter((name) => content.test(name))) await keepFile(path, file);
};

/** LevelDB changes its logs and tables by replacing them, so a second name is enough, where the file system has any. */
const keepFile = async (path: string, file: string): Promise<void> => {
  const [from, to] = [join(path, file), join(path, asFound, file)];
  try {
    if (/^(CURRENT|MANIFEST)/.test(file)) await copyFile(from, to, constants.COPYFILE_EXCL);
    else await link(from, to);
  } catch (cause) {
    // An earlier open that did not get to its end has left the older file.
    if (cause instanceof Error && 'code' in cause && cause.code === 'EEXIST') return;
    await copyFile(from, to);
  }
};

/** Ends what `keepFiles` and `inspectFiles` began. */
export const dropKeptFiles = async (path: string): Promise<void> => {
  await rm(join(path, asFound), { recursive: true, force: true });
  await rm(join(path, creating), { force: true });
};

/** What LevelDB noted that it left out of a log at the latest open, which it calls a success. */
export const droppedByLevel = async (path: string): Promise<string | undefined> =>
  /dropping \d+ bytes; .*/.exec(await readFile(join(path, 'LOG'), 'utf8').catch(() => ''))?.[0];

/** Renames the directory; where it cannot be renamed, as a mount point, its files go into a new directory inside. */
export const moveAside = async (path: string, mark: string): Promise<string> => {
  const beside = `${resolve(path)}.${mark}`;
  try {
    await rename(path, beside);
    return beside;
  } catch {
    const inside = join(resolve(path), mark);
    await mkdir(inside, { mode: 0o700 });
    const files = (await readdir(path)).filter((file) => !/^(corrupt|newer)-/.test(file) && file !== 'lost+found');
    for (const file of files) await rename(join(path, file), join(inside, file));
    return inside;
  }
};
