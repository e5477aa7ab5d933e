import type { ObservableInput } from 'rxjs';
import type { StoreError } from '../errors.js';

/** A message in a store: enough to send the same bytes again, from the same place of the queue. */
export interface StoredMessage {
  /** Its place in the queue, a whole number that no other message of the store has. */
  readonly order: number;
  /** The txn of the message. */
  readonly txn: string;
  /** The type of the message. */
  readonly messageType: string;
  /** The text that goes over the wire. */
  readonly frame: string;
  /** The lane of the message; absent for the normal one. */
  readonly lane?: string;
  /** The key by which a newer message replaces this one while it waits. */
  readonly coalesceKey?: string;
  /** The wall clock time after which it is not sent any more, in milliseconds since 1970. */
  readonly expiresAt?: number;
}

/** Keeps the outgoing queue of a unit. One unit uses it at a time. */
export interface Store {
  /**
   * Opens the store and resolves with its messages, in order. Rejects with StoreError, or with OptionError as `check`
   * throws it.
   */
  readonly open: () => Promise<readonly StoredMessage[]>;
  /**
   * Resolves once the messages are on disk. Rejects with StoreError, and then none of them is kept, even if the process
   * ends at once. If the power fails before the disk accepts writes again, the messages may be kept all the same.
   */
  readonly put: (messages: readonly StoredMessage[]) => Promise<void>;
  /**
   * Resolves once the removal is accepted: one that is lost in a crash means one duplicate. Unknown orders are ignored.
   */
  readonly remove: (orders: readonly number[]) => Promise<void>;
  /** Writes what waits and closes the store, which can be opened again. */
  readonly close: () => Promise<void>;
  /** Returns what the latest open could not read, with the txns; undefined if it could read everything. */
  readonly damage?: () => StoreError | undefined;
  /** Throws OptionError if the store cannot work until a person changes something. `connectUnit` calls it at once. */
  readonly check?: () => void;
}

/** A {@link Store} whose answers may be Promises or Observables, so that it can run on virtual time. */
export interface AnyStore {
  /** As that of a Store. */
  readonly open: () => ObservableInput<readonly StoredMessage[]>;
  /** As that of a Store; the values are ignored. */
  readonly put: (messages: readonly StoredMessage[]) => ObservableInput<unknown>;
  /** As that of a Store; the values are ignored. */
  readonly remove: (orders: readonly number[]) => ObservableInput<unknown>;
  /** As that of a Store; the values are ignored. */
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
  /** Applies all of it or nothing; with `sync` it settles once it is on disk. */
  write(options: { sync: boolean }): Promise<void>;
}

/** The part of an abstract-level database that a store uses. */
export interface Level {
  /** Returns the entry, or undefined if there is none. */
  get(key: string): Promise<string | undefined>;
  /** Begins changes that are made together. */
  batch(): LevelBatch;
  /** Returns the entries in this range of keys. */
  iterator(range?: { gte: string; lt: string }): LevelIterator;
  /** Closes the database. */
  close(): Promise<void>;
}

/** Reads entries in the order of their keys; an empty array is the end. */
export interface LevelIterator {
  /** Reads the next entries, `count` of them at most. */
  nextv(count: number): Promise<[string, string][]>;
  /** Ends the reading. */
  close(): Promise<void>;
}
