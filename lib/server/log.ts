import type { Observable } from 'rxjs';

/** Where in a log something is: `offset` grows by one with every entry of a topic, and means nothing in another epoch. */
export interface LogPosition {
  readonly epoch: string;
  readonly offset: number;
}

/** What is written into a log. */
export interface LogRecord {
  /** Names what the entry is about, in a topic with a state: the newest entry of each key is never forgotten. */
  readonly key?: string;
  /** Anything that JSON can hold. Absent: the key is gone. */
  readonly value?: unknown;
  /** Milliseconds since 1970. */
  readonly ts: number;
}

/** What comes out of a log. */
export interface LogEntry extends LogRecord {
  readonly topic: string;
  readonly offset: number;
}

/** All that a log has of a topic, at one moment. */
export interface LogImage extends LogPosition {
  /** The newest entry of each key that is not gone, in any order. */
  readonly latest: readonly LogEntry[];
  /** The entries not yet forgotten, oldest first. */
  readonly recent: readonly LogEntry[];
}

/**
 * Where the servers behind one load balancer keep what is published: a server that starts knows from it what there is,
 * and each tells its own dashboards what was published on any of them.
 */
export interface DashboardLog {
  /** How many entries of a topic are kept at least; an older position cannot be resumed from. */
  readonly keep: number;
  /** Settles with its position once the entry is in the log. */
  append(topic: string, record: LogRecord): Promise<LogPosition>;
  /** The position of the newest entry of a topic. */
  position(topic: string): Promise<LogPosition>;
  /** All there is of a topic; consistent, whoever appends meanwhile. */
  read(topic: string): Promise<LogImage>;
  /**
   * The entries of these topics after these positions, in order, and whatever follows. Errors when the log begins a new
   * epoch, and never otherwise.
   */
  watch(after: ReadonlyMap<string, LogPosition>): Observable<LogEntry>;
  /** Settles when the log holds no connection any more. */
  close(): Promise<void>;
}
