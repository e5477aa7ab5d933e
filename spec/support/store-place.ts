import { mkdtemp, readdir, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'chai';
import { OptionError, StoreError } from '../../lib/errors.js';
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

/** The OptionError that this rejects with. */
export const optionError = async (work: Promise<unknown>): Promise<OptionError> => {
  const error: unknown = await work.then(
    () => undefined,
    (cause: unknown) => cause,
  );
  expect(error).to.be.instanceOf(OptionError);
  return error as OptionError;
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
    await rm(directory, { recursive: true, force: true, maxRetries: 5 });
  }
};

/** The sizes of the files in a directory, by name. */
export const sizesIn = async (directory: string): Promise<Record<string, number>> => {
  const names = (await readdir(directory)).filter((name) => name !== 'lock').sort();
  const sizes = await Promise.all(names.map(async (name) => [name, (await stat(join(directory, name))).size] as const));
  return Object.fromEntries(sizes);
};
