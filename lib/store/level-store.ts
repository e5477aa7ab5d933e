import { journalStore, type FileStoreOptions } from './file-store.js';
import { levelLockOr, loadLevel, type LevelPackage } from './store-lock.js';
import type { Store } from './types.js';

/** Options of `levelStore`. */
export interface LevelStoreOptions extends FileStoreOptions {
  /**
   * Loads the package that locks the directory.
   *
   * @defaultValue `classic-level`
   */
  readonly load?: () => LevelPackage;
}

/**
 * The store of {@link fileStore} for every version of Node from 20 on: it takes its lock with the package
 * `classic-level`, which it needs. The files are the same, so that either can continue with what the other has left.
 *
 * @param path - The directory; it is made if it is missing.
 * @param options - When a batch is written, and how the package is loaded.
 * @returns The store, for the option `store` of `connectUnit`.
 * @throws {@link OptionError} as `fileStore`, and from `check` and `open` if the package cannot be loaded.
 *
 * @example
 * ```ts
 * const unit = connectUnit({ …, store: levelStore('/var/lib/my-unit/queue') });
 * ```
 */
export const levelStore = (path: string, { load = loadLevel, ...options }: LevelStoreOptions = {}): Store =>
  journalStore(path, options, () => levelLockOr('levelStore without the package classic-level', load));
