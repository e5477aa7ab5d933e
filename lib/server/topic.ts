import type { Observable } from 'rxjs';
import type { JsonObject } from '../protocol/read.js';
import type { LogEntry, LogImage } from './log.js';

/** An update that a view sends. */
export interface ViewUpdate {
  /** The offset in the log that the dashboard has after this update. */
  readonly offset: number;
  /** The time of its newest entry, in milliseconds since 1970. */
  readonly ts: number;
  /** The payload as JSON text. */
  readonly payload: string;
  /** The number of entries that were dropped in its favour. */
  readonly thinned?: number;
}

/** The view that one subscription has of a topic: its params applied to the content and to each change. */
export interface View {
  /**
   * The least time between two flushes, in milliseconds, for views whose flush is expensive.
   *
   * @defaultValue none
   */
  readonly interval?: number;
  /** Returns the time of the newest entry in a snapshot, in milliseconds since 1970; undefined if there is none. */
  newest(): number | undefined;
  /** Returns the payload of a snapshot as JSON text, in one part or more. */
  snapshot(): Iterable<string>;
  /** Returns the updates after an offset; undefined if a snapshot is the better answer. */
  replay(after: number): readonly ViewUpdate[] | undefined;
  /** Returns the pending updates, conflated or thinned, and forgets them; undefined if only a snapshot can tell. */
  flush(): readonly ViewUpdate[] | undefined;
  /** Ends the view. */
  close(): void;
}

/** A topic in the memory of a server. */
export interface TopicImage {
  /** Replaces the content by that of the log. */
  load(image: LogImage): void;
  /** Applies one further entry. */
  apply(entry: LogEntry): void;
  /**
   * Opens a view, which calls `changed` whenever there is something to flush.
   *
   * @throws ParamsError if the topic cannot use the params
   */
  view(params: unknown, changed: () => void): View;
}

/** The content of a topic in a database: what is there, and what changes. */
export interface SnapshotSource {
  /**
   * Returns all entries that there are. Called once when the topic is needed and once each time that `update$` has failed,
   * however many watch. One that takes more than 10 s has failed.
   */
  readonly snapshot: () => Iterable<unknown> | Promise<Iterable<unknown>>;
  /** Emits each entry that is set from then on, and rows that are removed; subscribed before `snapshot` is called. */
  readonly update$: Observable<unknown>;
}

/** Returns the entries of a topic for these params. */
export type OpenSource = (
  params: JsonObject,
) => Observable<unknown> | SnapshotSource | Promise<Observable<unknown> | SnapshotSource>;

/** Defines the source that feeds a topic in place of `publish`. */
export interface TopicSource {
  /** Returns the entries. */
  readonly open: OpenSource;
  /** True if the param with this name is one of the source, not one of the view. */
  readonly takes: (name: string) => boolean;
  /** The time for which it is kept after its last use, in milliseconds. */
  readonly idleAfter: number;
}

/** Defines how a server keeps and shows the entries of a topic: see `stateTopic`, `seriesTopic` and `valueTopic`. */
export interface DashboardTopic {
  /** Returns the key of an entry; absent if the topic has no keys. */
  readonly keyOf?: (entry: unknown) => string;
  /** Returns the reason why this cannot be an entry, or undefined. */
  readonly misfit?: (entry: unknown) => string | undefined;
  /** The source of the entries; absent if they are published. */
  readonly source?: TopicSource;
  /** Returns an empty image. `now` returns milliseconds since 1970. */
  readonly image: (now: () => number) => TopicImage;
}
