import type { Subscription } from 'rxjs';
import { Channel } from './channel.js';
import type { DashboardLog } from './log.js';
import { DashboardServerError } from './server-error.js';
import { type ChannelUse, SourceChannels } from './source-channels.js';
import type { DashboardTopic } from './topic.js';

/** The wait before the log is read again after it could not be, in milliseconds. */
const reloadWait = 500;

/** The topics of a server by name. */
export interface Channels {
  readonly get: (topic: string) => Channel | undefined;
  /** True if there is such a topic. */
  readonly has: (topic: string) => boolean;
  /**
   * Uses the topic for a subscription with these params. Undefined if there is none; later where it has a source, which may
   * fail, also afterwards: then `failed` is called.
   */
  readonly use: (
    topic: string,
    params: unknown,
    failed: (reason: string) => void,
  ) => ChannelUse | Promise<ChannelUse> | undefined;
  /** Stops following the log. */
  readonly close: () => void;
}

/** Dependencies of {@link openChannels}. */
export interface ChannelsOptions {
  readonly topics: Readonly<Record<string, DashboardTopic>>;
  readonly log: DashboardLog;
  readonly now: () => number;
  /** Called when the log began a new epoch. */
  readonly restarted: () => void;
  /** Called with the error of an entry that cannot be used, and is left out. */
  readonly unusable: (error: unknown) => void;
  /** Called with each error for which the log is read again. */
  readonly failed: (error: unknown) => void;
}

/** Reads all topics from the log and follows it. */
export const openChannels = async (options: ChannelsOptions): Promise<Channels> => {
  const { topics, log, now, restarted, unusable, failed } = options;
  const sources = new SourceChannels(now, unusable);
  const channels = new Map(
    Object.entries(topics)
      .filter(([, { source }]) => source === undefined)
      .map(([name, topic]) => [name, new Channel(name, topic, log, now)] as const),
  );
  let following: Subscription | undefined;
  let reloading: NodeJS.Timeout | undefined;
  let closed = false;

  const load = async (): Promise<void> => {
    const images = await Promise.all(
      [...channels].map(async ([name, channel]) => [channel, await log.read(name)] as const),
    );
    for (const [channel, image] of images) channel.load(image);
  };

  const follow = (): void => {
    const after = new Map([...channels].map(([name, { epoch, offset }]) => [name, { epoch, offset }]));
    following = log.watch(after).subscribe({
      next: (entry) => {
        try {
          channels.get(entry.topic)?.apply(entry);
        } catch (error) {
          unusable(error);
        }
      },
      error: reload,
    });
  };

  const reload = (): void => {
    load().then(
      () => {
        if (closed) return;
        restarted();
        follow();
      },
      (error: unknown) => {
        if (closed) return;
        failed(error);
        reloading = setTimeout(reload, reloadWait);
      },
    );
  };

  await (log.isShared === true ? untilDone(load, failed) : load());
  follow();
  return {
    get: (topic) => channels.get(topic),
    has: (topic) => Object.hasOwn(topics, topic),
    use: (name, params, failed) => {
      const topic = Object.hasOwn(topics, name) ? topics[name] : undefined;
      if (topic?.source !== undefined) return sources.use(name, { ...topic, source: topic.source }, params, failed);
      const channel = channels.get(name);
      return channel && { channel, params, release: () => undefined };
    },
    close: () => {
      closed = true;
      sources.close();
      clearTimeout(reloading);
      following?.unsubscribe();
    },
  };
};

/** Waits, when a server starts, for what it shares with others: that may be away for a moment, or have its links cut. */
const untilDone = async (act: () => Promise<void>, failed: (error: unknown) => void): Promise<void> => {
  for (;;)
    try {
      await act();
      return;
    } catch (error) {
      if (error instanceof DashboardServerError) throw error;
      failed(error);
      await new Promise((resolve) => setTimeout(resolve, reloadWait));
    }
};
