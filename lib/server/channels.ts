import type { Subscription } from 'rxjs';
import { Channel } from './channel.js';
import type { DashboardLog } from './log.js';
import type { DashboardTopic } from './topic.js';

/** The wait before the log is read again after it could not be, in milliseconds. */
const reloadWait = 500;

/** The topics of a server by name. */
export interface Channels {
  readonly get: (topic: string) => Channel | undefined;
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
}

/** Reads all topics from the log and follows it. */
export const openChannels = async ({ topics, log, now, restarted }: ChannelsOptions): Promise<Channels> => {
  const channels = new Map(
    Object.entries(topics).map(([name, topic]) => [name, new Channel(name, topic, log, now)] as const),
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
        channels.get(entry.topic)?.apply(entry);
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
      () => {
        if (!closed) reloading = setTimeout(reload, reloadWait);
      },
    );
  };

  await load();
  follow();
  return {
    get: (topic) => channels.get(topic),
    close: () => {
      closed = true;
      clearTimeout(reloading);
      following?.unsubscribe();
    },
  };
};
