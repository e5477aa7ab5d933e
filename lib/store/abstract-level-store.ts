import { committedStore, type StoreContent } from './committed-store.js';
import type { GroupCommitOptions, WriteBatch } from './group-commit.js';
import { putLive, readLevel } from './read-level.js';
import { encodeRecord, keyOf } from './record.js';
import type { Level, LevelBatch, Store, StoredMessage } from './types.js';

/** The place of a database. */
export interface LevelPlace {
  /** Its name in errors. */
  readonly path: string;
  /** Opens the database, or makes it. */
  readonly open: () => Promise<Level>;
}

/**
 * A store on any abstract-level database. A message counts as kept once the batch that carries it is synced; after a batch
 * that failed, the next one opens the database again first, since its file may end in half a record.
 */
export const abstractLevelStore = (place: LevelPlace, options: GroupCommitOptions = {}): Store => {
  const load = async () => {
    const level = await place.open();
    try {
      return { level, ...(await readLevel(place.path, level)) };
    } catch (cause) {
      await level.close().catch(() => undefined);
      throw cause;
    }
  };

  const open = async (): Promise<StoreContent> => {
    const { messages, damage, ...opened } = await load();
    let { level } = opened;
    let live = ordersOf(messages);
    let isBroken = false;

    const mend = async (): Promise<void> => {
      await level.close();
      const again = await load();
      level = again.level;
      live = ordersOf(again.messages);
      isBroken = false;
    };
    const write: WriteBatch = async (puts, removals) => {
      if (isBroken) await mend();
      isBroken = true;
      const batch = level.batch();
      fill(batch, live, puts, removals);
      await batch.write({ sync: puts.length > 0 });
      isBroken = false;
    };
    return { messages, damage, write, close: () => level.close() };
  };
  return committedStore(place.path, open, options);
};

const ordersOf = (messages: readonly StoredMessage[]): Set<number> => new Set(messages.map(({ order }) => order));

const fill = (
  batch: LevelBatch,
  live: Set<number>,
  messages: readonly StoredMessage[],
  removals: readonly number[],
): void => {
  for (const message of messages) {
    const key = keyOf(message.order);
    batch.put(key, encodeRecord(key, message));
    live.add(message.order);
  }
  for (const order of removals) if (live.delete(order)) batch.del(keyOf(order));
  putLive(batch, live.size);
};
