import { realpath } from 'node:fs/promises';
import { OptionError, StoreError } from '../errors.js';
import { abstractLevelStore } from './abstract-level-store.js';
import type { GroupCommitOptions } from './group-commit.js';
import { droppedByLevel, dropKeptFiles, inspectFiles, keepFiles, makeDirectory, moveAside } from './level-files.js';
import { cutBatch } from './level-log.js';
import { corrupt } from './read-level.js';
import type { Level, Store } from './types.js';

/** How a store on LevelDB is opened and written. */
export interface LevelStoreOptions extends GroupCommitOptions {
  /** Gives the package that reads and writes LevelDB. Default `classic-level`, loaded when the store is opened. */
  readonly load?: () => Promise<LevelPackage>;
  /** The wall clock, in milliseconds since 1970: names what is set aside. */
  readonly now?: () => number;
}

/** What the store uses of `classic-level`. */
export interface LevelPackage {
  /** A database in this directory, which may be opened without being made. */
  readonly ClassicLevel: new (path: string) => Level & {
    /** Opens it, or takes its lock and refuses. */
    open(options: { createIfMissing: boolean; errorIfExists?: boolean }): Promise<void>;
  };
}

/** LevelDB gives up its lock when the same process asks for it a second time, so it must not get to ask. */
const inUse = new Set<string>();

/**
 * A store on LevelDB in this directory, made when it is missing. It needs the package `classic-level`.
 *
 * A directory that another process uses is refused and left alone. One that is corrupt or has a newer format is renamed
 * to `<path>.corrupt-<time>` or `<path>.newer-<time>`; that open rejects with the new name, and the next one starts anew.
 * A last record that was not written to its end counts as never written, since nothing in it was accepted.
 */
export const levelStore = (path: string, options: LevelStoreOptions = {}): Store => {
  const { load = () => import('classic-level'), now = Date.now, ...commit } = options;
  if (path === '' || path.includes('\0'))
    throw new OptionError('path', JSON.stringify(path), 'the path of a directory');

  const open = async (): Promise<{ level: Level; fresh: boolean }> => {
    const { ClassicLevel } = await load().catch((cause: unknown) => {
      const what = 'needs the package classic-level, which cannot be loaded (npm install classic-level)';
      throw new StoreError(path, what, { code: 'MISSING_PACKAGE', cause });
    });
    await makeDirectory(path);
    const name = await realpath(path);
    if (inUse.has(name)) {
      throw new StoreError(path, 'is in use by another unit of this process', { code: 'LOCKED' });
    }
    inUse.add(name);
    const level = new ClassicLevel(path);
    try {
      await checkUnlocked(level);
      const fresh = await inspectFiles(path);
      await keepFiles(path);
      await level.open({ createIfMissing: true });
      const dropped = await droppedByLevel(path);
      if (dropped !== undefined) throw corrupt(path, dropped);
      return { level: releasing(level, name), fresh };
    } catch (cause) {
      await level.close();
      inUse.delete(name);
      throw cause;
    }
  };

  return abstractLevelStore(
    {
      path,
      open,
      accept: () => dropKeptFiles(path),
      takeBack: (order) => cutBatch(path, order),
      setAside: (why) => moveAside(path, `${why}-${new Date(now()).toISOString().replaceAll(':', '-')}`),
    },
    commit,
  );
};

/** Asks LevelDB for what it refuses either way: that changes nothing, and it takes the lock before it refuses. */
const checkUnlocked = async (level: InstanceType<LevelPackage['ClassicLevel']>): Promise<void> => {
  try {
    await level.open({ createIfMissing: false, errorIfExists: true });
  } catch (error) {
    const cause = error instanceof Error ? error.cause : undefined;
    if (cause instanceof Error && 'code' in cause && /LOCKED|IO_ERROR/.test(String(cause.code))) throw error;
  }
};

const releasing = (level: Level, name: string): Level => {
  let released = false;
  return {
    get: (key) => level.get(key),
    batch: () => level.batch(),
    iterator: (range) => level.iterator(range),
    close: async () => {
      await level.close();
      // A second close must not release what someone else has opened since.
      if (!released) inUse.delete(name);
      released = true;
    },
  };
};
