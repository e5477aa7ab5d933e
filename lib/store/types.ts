import type { ObservableInput } from 'rxjs';
import type { StoreError } from '../errors.js';

/** A message as a store keeps it: enough to send the same bytes again, in the same place of the queue. */
export interface StoredMessage {
  /** Its place in the queue, a whole number that no other message of the store has. */
  readonly order: number;
  readonly txn: string;
  readonly messageType: string;
  /** The text that goes over the wire. */
  readonly frame: string;
  readonly lane?: string;
  readonly coalesceKey?: string;
  /** The wall clock time after which it is not sent any more, in milliseconds since 1970. */
  readonly expiresAt?: number;
}

/** Where the outgoing queue of a unit is kept. One unit uses it at a time. */
export interface Store {
  /** Opens the store and gives what it keeps, in order. Rejects with StoreError, or with OptionError as `check` throws it. */
  readonly open: () => Promise<readonly StoredMessage[]>;
  /**
   * Resolves once they are on disk; rejects with StoreError, and then none of them is kept, also where the process ends
   * at once. Where the power goes before the disk takes writes again, what it was asked to keep may come all the same.
   */
  readonly put: (messages: readonly StoredMessage[]) => Promise<void>;
  /** Resolves once it is noted: a removal that is lost in a crash means one duplicate. Unknown orders are ignored. */
  readonly remove: (orders: readonly number[]) => Promise<void>;
  /** Writes what waits and closes; it can be opened again after that. */
  readonly close: () => Promise<void>;
  /** What the latest open found that cannot be read, with the txns; undefined where there was nothing. */
  readonly damage?: () => StoreError | undefined;
  /** Throws OptionError where the store cannot work until a person changes something; `connectUnit` calls it at once. */
  readonly check?: () => void;
}

/** What a unit takes for a {@link Store}: each answer may be a Promise or an Observable, so that it can run on virtual time. */
export interface AnyStore {
  /** As that of a Store. */
  readonly open: () => ObservableInput<readonly StoredMessage[]>;
  /** As that of a Store; what it emits is ignored. */
  readonly put: (messages: readonly StoredMessage[]) => ObservableInput<unknown>;
  /** As that of a Store; what it emits is ignored. */
  readonly remove: (orders: readonly number[]) => ObservableInput<unknown>;
  /** As that of a Store; what it emits is ignored. */
  readonly close: () => ObservableInput<unknown>;
  /** As that of a Store. */
  readonly damage?: () => StoreError | undefined;
  /** As that of a Store. */
  readonly check?: () => void;
}

/** Writes that are made together or not at all. */
export interface LevelBatch {
  /** Sets an entry. */
  put(key: string, value: string): unknown;
  /** Removes an entry. */
  del(key: string): unknown;
  /** Does all of it or nothing; with `sync` it settles once it is on disk. */
  write(options: { sync: boolean }): Promise<void>;
}

/** What a store uses of an abstract-level database. */
export interface Level {
  /** The entry, or undefined where there is none. */
  get(key: string): Promise<string | undefined>;
  /** Begins changes that are made together. */
  batch(): LevelBatch;
  /** The entries in this range of keys. */
  iterator(range?: { gte: string; lt: string }): LevelIterator;
  /** Lets go of the database. */
  close(): Promise<void>;
}

/** Reads entries in the order of their keys; an empty array is the end. */
export interface LevelIterator {
  /** So many more of them. */
  nextv(count: number): Promise<[string, string][]>;
  /** Ends the reading. */
  close(): Promise<void>;
}
