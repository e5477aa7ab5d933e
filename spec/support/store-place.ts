import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, dirname, join } from 'node:path';
import { expect } from 'chai';
import { ClassicLevel } from 'classic-level';
import { StoreError } from '../../lib/errors.js';
import type { LevelPackage } from '../../lib/store/level-store.js';
import type { Store, StoredMessage } from '../../lib/store/types.js';

/** A message of this order. */
export const message = (order: number, more: Partial<StoredMessage> = {}): StoredMessage => ({
  order,
  txn: `txn-${order}`,
  messageType: 'alerts',
  frame: `{"n":${order}}`,
  ...more,
});

/** Messages from one order to another. */
export const messages = (from: number, to: number): StoredMessage[] =>
  Array.from({ length: to - from + 1 }, (_, at) => message(from + at));

/** The orders of what a store gives. */
export const orders = (kept: readonly StoredMessage[]): number[] => kept.map(({ order }) => order);

/** The StoreError that this rejects with. */
export const storeError = async (work: Promise<unknown>): Promise<StoreError> => {
  const error: unknown = await work.then(
    () => undefined,
    (cause: unknown) => cause,
  );
  expect(error).to.be.instanceOf(StoreError);
  return error as StoreError;
};

/** Puts messages into a store that is closed, and closes it again. */
export const fill = async (store: Store, kept: readonly StoredMessage[]): Promise<void> => {
  await store.open();
  for (let at = 0; at < kept.length; at += 100) await store.put(kept.slice(at, at + 100));
  await store.close();
};

/** What a store gives when it is opened and closed. */
export const content = async (store: Store): Promise<readonly StoredMessage[]> => {
  const kept = await store.open();
  await store.close();
  return kept;
};

/** Runs a test with an empty directory that is gone afterwards. */
export const inTemporary = (test: (directory: string) => Promise<void>) => async (): Promise<void> => {
  const directory = await mkdtemp(join(tmpdir(), 'unitlink-store-'));
  try {
    await test(directory);
  } finally {
    await rm(directory, { recursive: true, force: true });
  }
};

/** The directories to which the store at this path was moved. */
export const movedFrom = async (path: string): Promise<string[]> =>
  (await readdir(dirname(path)))
    .filter((name) => name.startsWith(`${basename(path)}.`))
    .map((name) => join(dirname(path), name));

/**
 * classic-level that notes the `sync` of each write, and fails while `failure` is set: instead of the write, or where it
 * is `late` after it, as when only the sync fails.
 */
export const watchedLevel = (): {
  written: boolean[];
  failure?: Error;
  late: boolean;
  opened: number;
  load: () => Promise<LevelPackage>;
} => {
  class Watched extends ClassicLevel {
    override batch(...given: unknown[]): never {
      const batch = (super.batch as (...all: unknown[]) => { write: (options?: unknown) => Promise<void> })(...given);
      const write = batch.write.bind(batch);
      batch.write = async (options) => {
        watch.written.push((options as { sync: boolean }).sync);
        if (watch.failure === undefined || watch.late) await write(options);
        if (watch.failure !== undefined) throw watch.failure;
      };
      return batch as never;
    }
    override async open(options: { createIfMissing?: boolean | undefined } = {}): Promise<void> {
      if (options.createIfMissing === true) watch.opened++;
      await super.open(options);
    }
  }
  const watch: ReturnType<typeof watchedLevel> = {
    written: [],
    late: false,
    opened: 0,
    load: () => Promise.resolve({ ClassicLevel: Watched }),
  };
  return watch;
};
