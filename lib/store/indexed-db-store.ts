import { StoreError } from '../errors.js';
import { abstractLevelStore } from './abstract-level-store.js';
import type { GroupCommitOptions } from './group-commit.js';
import type { Level, Store } from './types.js';

/** The part of the Web Locks of a browser that the store uses. */
export interface LocksLike {
  /** Calls `hold` with the lock, or with null if another holds it. The lock is held until the promise settles. */
  request(name: string, options: { ifAvailable: true }, hold: (lock: unknown) => Promise<void>): Promise<unknown>;
}

/** Options of {@link indexedDbStore}. */
export interface IndexedDbStoreOptions extends GroupCommitOptions {
  /**
   * Keeps a second tab off the same store; without locks nothing does.
   *
   * @defaultValue `navigator.locks`
   */
  readonly locks?: LocksLike | undefined;
}

/**
 * A store on IndexedDB, for units that run in a browser. It needs the package `browser-level`.
 *
 * A message counts as kept once its transaction is complete; whether that survives a power cut is up to the browser. A
 * store of a newer format, or one that cannot be read, is left as it is and refused.
 *
 * @param name - The name of the database.
 * @param options - Locks, and when a batch is written.
 * @returns The store, for the option `store` of `connectUnit`.
 *
 * @example
 * ```ts
 * const unit = connectUnit({ …, store: indexedDbStore('my-unit') });
 * ```
 */
export const indexedDbStore = (name: string, options: IndexedDbStoreOptions = {}): Store => {
  const { locks = (globalThis as { navigator?: { locks?: LocksLike } }).navigator?.locks, ...commit } = options;

  const open = async (): Promise<Level> => {
    const { BrowserLevel } = await import('browser-level').catch((cause: unknown) => {
      const what = 'needs the package browser-level, which cannot be loaded (npm install browser-level)';
      throw new StoreError(name, what, { code: 'MISSING_PACKAGE', cause });
    });
    const release = locks === undefined ? () => undefined : await takeLock(locks, name);
    const level: Level & { open(): Promise<void> } = new BrowserLevel(name);
    try {
      await level.open();
      return releasing(level, release);
    } catch (cause) {
      release();
      throw cause;
    }
  };

  return abstractLevelStore({ path: name, open }, commit);
};

/** Holds the lock until the returned function is called. */
const takeLock = (locks: LocksLike, name: string): Promise<() => void> =>
  new Promise((resolve, reject) => {
    locks
      .request(`unitlink-store-${name}`, { ifAvailable: true }, (lock) => {
        if (lock !== null)
          return new Promise<void>((release) => {
            resolve(release);
          });
        reject(new StoreError(name, 'is in use by another tab', { code: 'LOCKED' }));
        return Promise.resolve();
      })
      .catch(reject);
  });

const releasing = (level: Level, release: () => void): Level => ({
  get: (key) => level.get(key),
  batch: () => level.batch(),
  iterator: (range) => level.iterator(range),
  close: async () => {
    await level.close();
    release();
  },
});
