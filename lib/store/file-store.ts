import { OptionError } from '../errors.js';
import { committedStore } from './committed-store.js';
import type { GroupCommitOptions } from './group-commit.js';
import { openJournal } from './journal.js';
import { damageOf, readJournal } from './read-journal.js';
import { prepareDirectory } from './store-directory.js';
import { bestLock, type TakeLock } from './store-lock.js';
import type { Store } from './types.js';

/** Options of `fileStore`. */
export interface FileStoreOptions extends GroupCommitOptions {
  /**
   * The wall clock for the time at which a message was accepted, in milliseconds since 1970.
   *
   * @defaultValue `Date.now`
   */
  readonly now?: () => number;
}

/**
 * A store in the files of a directory. From Node 22.13 on it needs nothing else; before, it takes its lock with the
 * package `classic-level`.
 *
 * A message counts as kept once its file is synced, with one sync for all that is put in a tick. Each record is
 * readable on its own: `open` returns what can be read, and `damage()` what cannot, with its txn. The files are for
 * this user alone, and their size is bounded by what is kept. A directory that another process or unit uses is refused
 * with `LOCKED`.
 *
 * @param path - The directory; it is made if it is missing.
 * @param options - When a batch is written.
 * @returns The store, for the option `store` of `connectUnit`.
 * @throws {@link OptionError} for a path that is not valid; `check` and `open` throw it for a directory that cannot be
 * a store.
 *
 * @example
 * ```ts
 * const unit = connectUnit({ …, store: fileStore('/var/lib/my-unit/queue') });
 * ```
 */
export const fileStore = (path: string, options: FileStoreOptions = {}): Store => journalStore(path, options, bestLock);

/** A store in files with this way to lock them. */
export const journalStore = (
  path: string,
  { now = Date.now, ...commit }: FileStoreOptions,
  lock: () => TakeLock,
): Store => {
  if (path === '' || path.includes('\0'))
    throw new OptionError('path', JSON.stringify(path), 'the path of a directory');

  const prepare = (): TakeLock => {
    const takeLock = lock();
    prepareDirectory(path);
    return takeLock;
  };
  const open = async () => {
    const release = await prepare()(path);
    try {
      const content = await readJournal(path);
      const { write, close } = await openJournal(path, content, now);
      const kept = [...content.kept.values()].map(({ message }) => message);
      return {
        messages: kept.sort((one, other) => one.order - other.order),
        damage: damageOf(path, content),
        write,
        close: async () => {
          try {
            await close();
          } finally {
            await release();
          }
        },
      };
    } catch (cause) {
      await release();
      throw cause;
    }
  };
  const check = (): void => {
    try {
      prepare();
    } catch (cause) {
      if (cause instanceof OptionError) throw cause; // the rest may pass: the open will tell
    }
  };
  return { ...committedStore(path, open, commit), check };
};
