import { StoreError } from '../errors.js';
import { groupCommit, type GroupCommit, type GroupCommitOptions } from './group-commit.js';
import { putLive, readLevel } from './read-level.js';
import { encodeRecord, keyOf } from './record.js';
import { storeFailure } from './store-failure.js';
import type { Level, LevelBatch, LevelPlace, Store, StoredMessage } from './types.js';

interface Opened {
  level: Level;
  /** The orders that are kept; their number goes with every batch. */
  live: Set<number>;
  /** A batch failed: the file it went to may end in half a record, and what follows would be lost with it. */
  broken: boolean;
  readonly commit: GroupCommit;
}

/**
 * A store on any abstract-level database. A message counts as kept once the batch that carries it is synced; a batch
 * that fails rejects its own messages, and the next one opens the database anew first.
 */
export const abstractLevelStore = (place: LevelPlace, options: GroupCommitOptions = {}): Store => {
  const { path } = place;
  let state: Opened | undefined;

  const load = async (): Promise<{ level: Level; messages: readonly StoredMessage[] }> => {
    const { level, fresh } = await place.open();
    try {
      const messages = await readLevel(path, level, fresh);
      await place.accept?.();
      return { level, messages };
    } catch (cause) {
      await level.close().catch(() => undefined);
      throw cause;
    }
  };

  const mend = async (opened: Opened): Promise<void> => {
    await opened.level.close();
    const { level, messages } = await load();
    opened.level = level;
    opened.live = ordersOf(messages);
    opened.broken = false;
  };

  const write = async (opened: Opened, messages: readonly StoredMessage[], removals: readonly number[]) => {
    try {
      if (opened.broken) await mend(opened);
      opened.broken = true;
      const batch = opened.level.batch();
      fill(batch, opened.live, messages, removals);
      try {
        await batch.write({ sync: messages.length > 0 });
      } catch (cause) {
        await takeBack(opened, messages).catch(() => undefined);
        throw cause;
      }
      opened.broken = false;
    } catch (cause) {
      throw storeFailure(path, 'written', cause);
    }
  };

  /** What is refused must not come back, also where the process ends before the disk takes writes again. */
  const takeBack = async (opened: Opened, [first]: readonly StoredMessage[]): Promise<void> => {
    if (first === undefined || place.takeBack === undefined) return;
    await opened.level.close();
    await place.takeBack(first.order);
    // At once, since the lock of a database goes with it.
    await mend(opened);
  };

  const opened = (): Opened => {
    if (state !== undefined) return state;
    throw new StoreError(path, 'is not open', { code: 'CLOSED' });
  };

  const open = async (): Promise<readonly StoredMessage[]> => {
    if (state !== undefined) throw new StoreError(path, 'is open already', { code: 'OPEN' });
    try {
      const { level, messages } = await load();
      const commit = groupCommit((puts, removals) => write(now, puts, removals), options);
      const now: Opened = { level, live: ordersOf(messages), broken: false, commit };
      state = now;
      return messages;
    } catch (cause) {
      throw await setAside(place, storeFailure(path, 'opened', cause));
    }
  };

  const close = async (): Promise<void> => {
    if (state === undefined) return;
    const last = state;
    state = undefined;
    await last.commit.drain();
    try {
      await last.level.close();
    } catch (cause) {
      throw storeFailure(path, 'closed', cause);
    }
  };

  let changed: Promise<unknown> = Promise.resolve();
  const inTurn = <T>(change: () => Promise<T>): Promise<T> => {
    const done = changed.then(change);
    changed = done.catch(() => undefined);
    return done;
  };

  return {
    open: () => inTurn(open),
    put: async (messages) => {
      const { commit } = opened();
      if (messages.length > 0) await commit.put(messages);
    },
    // eslint-disable-next-line @typescript-eslint/require-await -- a closed store rejects here, it does not throw
    remove: async (orders) => {
      opened().commit.remove(orders);
    },
    close: () => inTurn(close),
  };
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

/** Moves a store that cannot be used out of the way of the next open, and says where it went. */
const setAside = async (place: LevelPlace, error: StoreError): Promise<StoreError> => {
  const { path, code, cause } = error;
  if ((code !== 'CORRUPT' && code !== 'NEWER_FORMAT') || place.setAside === undefined) return error;
  try {
    const to = await place.setAside(code === 'CORRUPT' ? 'corrupt' : 'newer');
    return new StoreError(path, `${error.what}; it was moved to ${to}, open it again to start anew`, { code, cause });
  } catch (failure) {
    const why = storeFailure(path, 'moved out of the way', failure);
    return new StoreError(path, `${error.what}; it was left where it is, since it ${why.what}`, { code, cause });
  }
};
