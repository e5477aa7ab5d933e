import { open, rename, rm } from 'node:fs/promises';
import { dirname } from 'node:path';

let written = 0;

/** True for the name of a file that is being written, or was when its process ended. */
export const isUnfinished = (name: string): boolean => /\.\d+-\d+\.tmp$/.test(name);

/**
 * Puts the text in the place of the file, for this user alone: a reader finds the one or the other whole, also after a power
 * cut. If that fails nothing is left of the text.
 */
export const replaceFile = async (path: string, text: string): Promise<void> => {
  const fresh = `${path}.${process.pid}-${++written}.tmp`;
  try {
    const file = await open(fresh, 'wx', 0o600);
    try {
      await file.writeFile(text);
      await file.sync();
    } finally {
      await file.close();
    }
    await rename(fresh, path);
  } catch (cause) {
    await rm(fresh, { force: true }).catch(() => undefined);
    throw cause;
  }
  await syncDirectory(dirname(path));
};

/** On systems that cannot sync a directory, such as Windows, nothing is to be done. */
const syncDirectory = async (path: string): Promise<void> => {
  const directory = await open(path).catch(() => undefined);
  await directory?.sync().catch(() => undefined);
  await directory?.close();
};
