import type { LogEntry, LogImage } from './log.js';

/** An update as a view would send it. */
export interface ViewUpdate {
  /** Where in the log it brings the dashboard. */
  readonly offset: number;
  /** Of the newest entry in it, in milliseconds since 1970. */
  readonly ts: number;
  /** As JSON text. */
  readonly payload: string;
  /** How many entries it stands for besides its own. */
  readonly thinned?: number;
}

/** What one subscription sees of a topic: its params applied to what is there, and to what changes. */
export interface View {
  /** How much time at least lies between two flushes, in milliseconds, where each costs a lot. Default: none. */
  readonly interval?: number;
  /** When the newest of what a snapshot shows was published, in milliseconds since 1970; undefined where there is none. */
  newest(): number | undefined;
  /** The payload of a snapshot as JSON text, in parts: at least one. */
  snapshot(): Iterable<string>;
  /** What takes a dashboard from there to now; undefined where a snapshot does that better. */
  replay(after: number): readonly ViewUpdate[] | undefined;
  /** What is to be sent since the last time, conflated or thinned; the view forgets it. */
  flush(): readonly ViewUpdate[];
  /** Nothing changes any more. */
  close(): void;
}

/** A topic in the memory of a server. */
export interface TopicImage {
  /** Takes all that the log has, in the place of what it had. */
  load(image: LogImage): void;
  /** Takes one further entry. */
  apply(entry: LogEntry): void;
  /**
   * Calls `changed` whenever there is something to flush.
   *
   * @throws ParamsError where the params mean nothing to this topic
   */
  view(params: unknown, changed: () => void): View;
}

/** How a server keeps and shows what is published to a topic: see `stateTopic`, `seriesTopic` and `valueTopic`. */
export interface DashboardTopic {
  /** The key of an entry; undefined where the topic has no keys. */
  readonly keyOf?: (entry: unknown) => string;
  /** Whether this can be an entry: what is wrong with it, or undefined. */
  readonly misfit?: (entry: unknown) => string | undefined;
  /** An empty image. `now` in milliseconds since 1970. */
  readonly image: (now: () => number) => TopicImage;
}
