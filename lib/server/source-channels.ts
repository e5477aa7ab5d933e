import type { JsonObject } from '../protocol/read.js';
import type { Channel } from './channel.js';
import { readParams } from './params.js';
import { SourceChannel } from './source-channel.js';
import { stableText } from './stable-text.js';
import type { DashboardTopic, TopicSource } from './topic.js';

/** A source that failed is not asked again for this time, in milliseconds. */
const failurePause = 1000;

/** A channel in use. */
export interface ChannelUse {
  readonly channel: Channel;
  /** The params of the view. */
  readonly params: unknown;
  /** Ends the use. */
  readonly release: () => void;
}

interface Open {
  readonly made: SourceChannel;
  /** Called if the source fails, by those who use it. */
  readonly users: Set<(reason: string) => void>;
  idle?: NodeJS.Timeout;
}

/** The topics with a source that are in use, or were a while ago: one for all with the same params. */
export class SourceChannels {
  readonly #now: () => number;
  readonly #unusable: (error: unknown) => void;
  readonly #open = new Map<string, Open>();
  readonly #failures = new Map<string, { readonly reason: string; readonly timer: NodeJS.Timeout }>();

  constructor(now: () => number, unusable: (error: unknown) => void) {
    this.#now = now;
    this.#unusable = unusable;
  }

  /** Resolves with the channel for these params; rejects if its source fails. `failed` is called if it fails later. */
  async use(
    name: string,
    topic: DashboardTopic & { readonly source: TopicSource },
    given: unknown,
    failed: (reason: string) => void,
  ): Promise<ChannelUse> {
    const { source } = topic;
    const [taken, left] = split(readParams(given), source.takes);
    const key = stableText([name, taken]);
    const failure = this.#failures.get(key);
    if (failure !== undefined) throw new Error(failure.reason);
    const open = this.#open.get(key) ?? this.#make(key, name, topic, taken);
    clearTimeout(open.idle);
    open.users.add(failed);
    const release = (): void => {
      open.users.delete(failed);
      if (open.users.size > 0 || this.#open.get(key) !== open) return;
      clearTimeout(open.idle);
      open.idle = setTimeout(() => {
        this.#drop(key, open);
      }, source.idleAfter);
    };
    await open.made.ready.catch((error: unknown) => {
      this.#fail(key, open, error);
      throw error;
    });
    return { channel: open.made.channel, params: left, release };
  }

  close(): void {
    for (const [key, open] of this.#open) this.#drop(key, open);
    for (const { timer } of this.#failures.values()) clearTimeout(timer);
    this.#failures.clear();
  }

  #make(key: string, name: string, topic: DashboardTopic & { readonly source: TopicSource }, params: JsonObject): Open {
    const failed = (error: unknown): void => {
      this.#fail(key, open, error);
    };
    const open: Open = {
      made: new SourceChannel({
        name,
        topic,
        source: topic.source,
        params,
        now: this.#now,
        failed,
        unusable: this.#unusable,
      }),
      users: new Set(),
    };
    this.#open.set(key, open);
    return open;
  }

  #drop(key: string, open: Open): void {
    clearTimeout(open.idle);
    open.made.close();
    if (this.#open.get(key) === open) this.#open.delete(key);
  }

  #fail(key: string, open: Open, error: unknown): void {
    if (this.#open.get(key) !== open) return;
    this.#drop(key, open);
    this.#unusable(error);
    const reason = 'its source failed';
    const timer = setTimeout(() => this.#failures.delete(key), failurePause);
    this.#failures.set(key, { reason, timer });
    for (const failed of [...open.users]) failed(reason);
  }
}

const split = (params: JsonObject, takes: (name: string) => boolean): readonly [JsonObject, JsonObject] => {
  const entries = Object.entries(params);
  const part = (isTaken: boolean): JsonObject =>
    Object.fromEntries(entries.filter(([name]) => takes(name) === isTaken));
  return [part(true), part(false)];
};
