import { journalStore, type FileStoreOptions } from './file-store.js';
import { levelLockOr, loadLevel, type LevelPackage } from './store-lock.js';
import type { Store } from './types.js';

/** Options of `levelStore`. */
export interface LevelStoreOptions extends FileStoreOptions {
  /** Loads the package that locks the directory. Default `classic-level`. */
  readonly load?: () => LevelPackage;
}

/**
 * The store of {@link fileStore} for every version of Node from 20 on: it takes its lock by the package `classic-level`,
 * which it needs. The messages lie in the same files, so that either can go on with what the other has left.
 *
 * @throws OptionError as `fileStore`, and from `check` and `open` where the package cannot be loaded
 */
export const levelStore = (path: string, { load = loadLevel, ...options }: LevelStoreOptions = {}): Store =>
  journalStore(path, options, () => levelLockOr('levelStore without the package classic-level', load));
