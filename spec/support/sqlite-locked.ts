import { createRequire } from 'node:module';
import { journalStore } from '../../lib/store/file-store.js';
import { sqliteLock, type SqlitePackage } from '../../lib/store/store-lock.js';
import type { Store } from '../../lib/store/types.js';

// What node:sqlite is from Node 22.13 on, for the versions before.
const sqlite = createRequire(import.meta.url)('@photostructure/sqlite') as SqlitePackage;

/** A store in files whose lock is that of SQLite, on every version of Node. */
export const sqliteLocked = (path: string): Store => journalStore(path, {}, () => sqliteLock(sqlite));
