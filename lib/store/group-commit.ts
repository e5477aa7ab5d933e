import type { StoredMessage } from './types.js';

/** Bounds of a batch, and its delay. */
export interface GroupCommitOptions {
  /**
   * The time that removals wait for a put to be written with, in milliseconds.
   *
   * @defaultValue 50
   */
  readonly removalDelay?: number;
  /**
   * The number of removals that are written without waiting longer.
   *
   * @defaultValue 1,024
   */
  readonly maxRemovals?: number;
  /**
   * The number of messages that end a batch; further ones are written with the next.
   *
   * @defaultValue 4,096
   */
  readonly maxMessages?: number;
}

/** Gathers what is put and removed into batches. */
export interface GroupCommit {
  /** Resolves or rejects with the one batch that carries all of these messages. */
  readonly put: (messages: readonly StoredMessage[]) => Promise<void>;
  /** Adds the removals to a batch; one that fails leaves them for a later one. */
  readonly remove: (orders: readonly number[]) => void;
  /** Resolves once nothing waits any more. Never rejects. */
  readonly drain: () => Promise<void>;
}

/** Writes one batch: the removals come after the messages. */
export type WriteBatch = (messages: readonly StoredMessage[], removals: readonly number[]) => Promise<void>;

interface Waiting {
  readonly messages: readonly StoredMessage[];
  readonly resolve: () => void;
  readonly reject: (cause: unknown) => void;
}

/**
 * One batch for all that is put in one tick, and one for all that is put while a batch is being written: a thousand puts
 * cost one sync. Batches are written one after another, in the order of the calls.
 */
export const groupCommit = (write: WriteBatch, options: GroupCommitOptions = {}): GroupCommit => {
  const { removalDelay = 50, maxRemovals = 1024, maxMessages = 4096 } = options;
  const waiting: Waiting[] = [];
  let removals = new Set<number>();
  let timer: ReturnType<typeof setTimeout> | undefined;
  let running: Promise<void> | undefined;

  const commit = async (): Promise<boolean> => {
    const group = waiting.splice(0, batchEnd(waiting, maxMessages));
    const messages = group.flatMap((puts) => puts.messages);
    const removed = removals;
    removals = new Set();
    try {
      await write(messages, [...removed]);
      for (const { resolve } of group) resolve();
      return true;
    } catch (cause) {
      // What failed may be on disk all the same; it was refused, so it must not come back after a crash.
      const again = new Set(ordersOf(waiting));
      for (const order of [...ordersOf(group), ...removed]) if (!again.has(order)) removals.add(order);
      for (const { reject } of group) reject(cause);
      return false;
    }
  };

  const run = async (): Promise<void> => {
    // The rest of the tick may put more.
    await Promise.resolve();
    clearTimeout(timer);
    timer = undefined;
    let fine = await commit();
    while (waiting.length > 0 || (fine && removals.size >= maxRemovals)) fine = await commit();
    running = undefined;
    if (fine && removals.size > 0) writeRemovalsSoon();
  };

  const start = (): void => {
    running ??= run();
  };

  const writeRemovalsSoon = (): void => {
    if (removals.size >= maxRemovals) start();
    else timer ??= setTimeout(start, removalDelay);
  };

  return {
    put: (messages) =>
      new Promise((resolve, reject) => {
        if (removals.size > 0) for (const { order } of messages) removals.delete(order);
        waiting.push({ messages, resolve, reject });
        start();
      }),
    remove: (orders) => {
      for (const order of orders) removals.add(order);
      if (running === undefined && removals.size > 0) writeRemovalsSoon();
    },
    drain: async () => {
      await running;
      if (removals.size > 0) start();
      await running;
      clearTimeout(timer);
      timer = undefined;
    },
  };
};

/** The number of puts in the next batch, which ends with the put that reaches the bound. */
const batchEnd = (waiting: readonly Waiting[], maxMessages: number): number => {
  let count = 0;
  const end = waiting.findIndex(({ messages }) => (count += messages.length) >= maxMessages);
  return end < 0 ? waiting.length : end + 1;
};

const ordersOf = (puts: readonly Waiting[]): readonly number[] =>
  puts.flatMap(({ messages }) => messages.map(({ order }) => order));
