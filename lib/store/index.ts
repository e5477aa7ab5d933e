/**
 * Stores that keep accepted messages through a restart.
 *
 * May import: errors.
 *
 * @module
 */
export type { GroupCommitOptions } from './group-commit.js';
export { indexedDbStore, type IndexedDbStoreOptions, type LocksLike } from './indexed-db-store.js';
export { fileStore, type FileStoreOptions } from './file-store.js';
export { levelStore, type LevelStoreOptions } from './level-store.js';
export type { LevelDatabase, LevelPackage } from './store-lock.js';
export { memoryStore } from './memory-store.js';
export type { AnyStore, Level, LevelBatch, LevelIterator, Store, StoredMessage } from './types.js';
