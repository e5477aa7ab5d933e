import type { Observable } from 'rxjs';
import type { MessageQueue, MessageQueueOptions } from './message-queue.js';

/** A position in a log. The offset grows with every entry of a topic, and is valid only in its epoch. */
export interface LogPosition {
  /** The epoch of the log, which changes when its content is lost. */
  readonly epoch: string;
  /** The offset of the entry, from 1 on; an entry that was not kept may leave a gap. */
  readonly offset: number;
}

/** An entry to be appended to a log. */
export interface LogRecord {
  /** The key of the row, in a topic with a state: the newest entry of each key is always kept. */
  readonly key?: string;
  /** Anything that JSON can hold. Absent if the key is removed. */
  readonly value?: unknown;
  /** The time in milliseconds since 1970. */
  readonly ts: number;
}

/** An entry of a log. */
export interface LogEntry extends LogRecord {
  /** The topic. */
  readonly topic: string;
  /** The offset of the entry in its topic. */
  readonly offset: number;
  /** True if the entry is there and cannot be read: it has no value, and removes nothing. */
  readonly unreadable?: true;
}

/** The content of a topic in a log at one moment. */
export interface LogImage extends LogPosition {
  /** The newest entry of each key that was not removed, in any order. */
  readonly latest: readonly LogEntry[];
  /** The entries that are still kept, oldest first. */
  readonly recent: readonly LogEntry[];
}

/**
 * The log that the servers behind one load balancer share: a server that starts reads it, and each sends its own
 * dashboards what was published on any of them.
 */
export interface DashboardLog {
  /**
   * The least number of entries of a topic that are kept, unless a log bounds their bytes as well; an older position cannot be
   * resumed from.
   */
  readonly keep: number;
  /** The most bytes of the entries of a topic that are kept, where the log counts them in this process. */
  readonly keepBytes?: number;
  /** True if several servers may use the log at the same time: those of units pass on messages to units of others. */
  readonly isShared?: boolean;
  /** Appends an entry to a topic; resolves with its position once it is in the log. */
  append(topic: string, record: LogRecord): Promise<LogPosition>;
  /** Resolves with the position of the newest entry of a topic. */
  position(topic: string): Promise<LogPosition>;
  /** Resolves with the content of a topic; consistent even while entries are appended. */
  read(topic: string): Promise<LogImage>;
  /**
   * Emits the entries of these topics after these positions, in order, and all that follow. Errors only when the log
   * begins a new epoch, or keeps some of them no more.
   */
  watch(after: ReadonlyMap<string, LogPosition>): Observable<LogEntry>;
  /** Opens a queue of messages that all processes share which use the log; absent in a log for one process. */
  openQueue?(name: string, options: MessageQueueOptions): Promise<MessageQueue>;
  /** Closes the connections of the log; resolves once none is left. */
  close(): Promise<void>;
}
