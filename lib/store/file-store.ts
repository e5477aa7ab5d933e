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
  /** The wall clock, in milliseconds since 1970: when a message was accepted. Default `Date.now`. */
  readonly now?: () => number;
}

/**
 * A store in the files of this directory, which is made when it is missing. From Node 22.13 on it needs nothing else; before,
 * it takes its lock by the package `classic-level`.
 *
 * A message counts as kept once its file is synced, with one sync for all that is put in a turn. Each record stands for
 * itself: what can be read is given, and what cannot is in `damage()`, with its txn. The files are for this user alone, and
 * their size is bounded by what is kept. A directory that another process or unit uses is refused with `LOCKED`.
 *
 * @throws OptionError for a path that cannot be one; `check` and `open` raise it for a directory that cannot be a store
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
