import { closeSync, constants, fchmodSync, openSync, rmSync, statSync } from 'node:fs';
import { open, readdir, realpath, rm } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { OptionError, StoreError } from '../errors.js';
import { makeDirectory } from './store-directory.js';
import { storeFailure } from './store-failure.js';
import { systemCode } from './system-code.js';

/** Takes the lock of the store in this directory and resolves with its release; rejects with `LOCKED`. */
export type TakeLock = (path: string) => Promise<() => Promise<void>>;

/** The part of `node:sqlite` that the lock uses. */
export interface SqlitePackage {
  /** Opens a database in this file. */
  readonly DatabaseSync: new (path: string) => { exec(sql: string): void; close(): void };
}

/** A database of `classic-level`, as the lock uses it. */
export interface LevelDatabase {
  /** Takes the lock of its directory; rejects if it is taken. */
  open(): Promise<void>;
  /** Releases the lock. */
  close(): Promise<void>;
}

/** The part of `classic-level` that the lock uses. */
export interface LevelPackage {
  /** Makes a database in this directory. */
  readonly ClassicLevel: new (path: string) => LevelDatabase;
}

const require = createRequire(import.meta.url);

/** Node's own SQLite, from Node 22.13 on. */
export const loadSqlite = (): SqlitePackage => require('node:sqlite') as SqlitePackage;
/** The package `classic-level`. */
export const loadLevel = (): LevelPackage => require('classic-level') as LevelPackage;

/*
 * Both ways lock the file `lock/LOCK` by fcntl, so that they see each other, and the system releases it when a process ends,
 * in any way. The file stays empty: nothing in it can be damaged.
 */
const { O_CREAT, O_EXCL, O_NOFOLLOW, O_WRONLY } = constants;

/** Node has no locks, SQLite has: a transaction that writes nothing is open for as long as the lock is held. */
export const sqliteLock =
  ({ DatabaseSync }: SqlitePackage): TakeLock =>
  // eslint-disable-next-line @typescript-eslint/require-await -- what is refused rejects, it does not throw
  async (path) => {
    const database = new DatabaseSync(join(lockDirectory(path), 'LOCK'));
    try {
      // In memory, so that it makes no further file. Of those that ask at the same moment exactly one gets it.
      database.exec('PRAGMA journal_mode = MEMORY; BEGIN IMMEDIATE');
    } catch (cause) {
      database.close();
      if (cause instanceof Error && 'errcode' in cause && (Number(cause.errcode) & 0xff) === 5)
        throw locked(path, cause);
      throw cause;
    }
    return () => {
      database.close();
      return Promise.resolve();
    };
  };

/**
 * The directories in use: LevelDB releases its lock when the same process asks for it again, so it must not be asked.
 */
const inUse = new Set<string>();
const reserveBytes = 32 * 1024;

/** The lock of a LevelDB database without content. */
export const levelLock =
  ({ ClassicLevel }: LevelPackage): TakeLock =>
  async (path) => {
    const directory = await realpath(lockDirectory(path));
    const { dev, ino } = statSync(directory, { bigint: true });
    const name = `${dev}:${ino}`;
    if (inUse.has(name)) throw locked(path);
    inUse.add(name);
    const level = new ClassicLevel(directory);
    try {
      try {
        await level.open();
      } catch (cause) {
        const { code } = storeFailure(path, 'locked', cause);
        if (code === 'LOCKED') throw locked(path, cause);
        // LevelDB reads its files once it has the lock, so that nothing of the holder of a lock is removed here: only
        // room on a full disk, or a database that was damaged while it was there.
        rmSync(join(directory, code === 'ENOSPC' ? 'reserve' : 'CURRENT'), { force: true });
        await level.open();
      }
      // The lock is all that is wanted. What LevelDB wrote is open to others, and its room is kept for the next time.
      for (const file of await readdir(directory))
        if (file !== 'LOCK' && file !== 'reserve')
          await rm(join(directory, file), { force: true }).catch(() => undefined);
      await keepReserve(join(directory, 'reserve')).catch(() => undefined);
    } catch (cause) {
      await level.close();
      inUse.delete(name);
      throw cause;
    }
    return async () => {
      await level.close();
      inUse.delete(name);
    };
  };

const keepReserve = async (path: string): Promise<void> => {
  await using file = await open(path, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW, 0o600);
  await file.chmod(0o600);
  await file.writeFile(Buffer.alloc(reserveBytes, 1));
};

const lockDirectory = (path: string): string => {
  const directory = join(path, 'lock');
  makeDirectory(directory);
  try {
    // Only where it is missing: a process that closes a file releases all its locks on it.
    const file = openSync(join(directory, 'LOCK'), O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW, 0o600);
    fchmodSync(file, 0o600); // whatever the umask
    closeSync(file);
  } catch (cause) {
    if (systemCode(cause) !== 'EEXIST') throw cause;
  }
  return directory;
};

const locked = (path: string, cause?: unknown): StoreError =>
  new StoreError(path, 'is in use by another process, or by another unit of this one', { code: 'LOCKED', cause });

/** The lock of Node's own SQLite, or else of `classic-level`. */
export const bestLock = (): TakeLock => {
  try {
    return sqliteLock(loadSqlite());
  } catch {
    return levelLockOr(`a store on Node ${process.versions.node}, which has no locks`, loadLevel);
  }
};

/**
 * The lock of `classic-level`.
 *
 * @throws {@link OptionError} if that cannot be loaded.
 */
export const levelLockOr = (what: string, load: () => LevelPackage): TakeLock => {
  try {
    return levelLock(load());
  } catch {
    throw new OptionError(
      'store',
      what,
      'Node 22.13 or newer, or the package classic-level: npm install classic-level',
    );
  }
};
