import { filter, firstValueFrom, Subject, timeout, type Subscription } from 'rxjs';
import type { DashboardLog, LogImage } from './log.js';
import type { DashboardTopic, TopicImage } from './topic.js';

/** How long a server that lags behind the log lets a dashboard wait that has seen more, in milliseconds. */
const patience = 1000;

/** A topic as this server knows it by now. */
export interface Channel {
  readonly name: string;
  readonly topic: DashboardTopic;
  readonly image: TopicImage;
  readonly epoch: string;
  /** How far it has come. */
  readonly offset: number;
  /** Whether a dashboard that knows this much can be told what it has missed. Waits where the dashboard knows more. */
  canResume(epoch: string, offset: number): Promise<boolean>;
}

export interface Channels {
  get(topic: string): Channel | undefined;
  close(): void;
}

interface OpenChannel extends Channel {
  epoch: string;
  offset: number;
}

/** Reads all topics from the log and follows it. `restarted` is called where the log began a new epoch. */
export const openChannels = async (
  topics: Readonly<Record<string, DashboardTopic>>,
  log: DashboardLog,
  now: () => number,
  restarted: () => void,
): Promise<Channels> => {
  const applied$ = new Subject<void>();
  const channels = new Map<string, OpenChannel>();
  let following: Subscription | undefined;
  let again: NodeJS.Timeout | undefined;
  let closed = false;

  for (const [name, topic] of Object.entries(topics)) {
    const canResume = async (epoch: string, offset: number): Promise<boolean> => {
      if (epoch !== channel.epoch) return false;
      if (offset > channel.offset) {
        const there = await log.position(name);
        if (there.epoch !== epoch || there.offset < offset) return false;
        await firstValueFrom(
          applied$.pipe(
            filter(() => channel.offset >= offset),
            timeout(patience),
          ),
          { defaultValue: undefined },
        ).catch(() => undefined);
      }
      return epoch === channel.epoch && offset <= channel.offset && offset >= channel.offset - log.keep;
    };
    const image = topic.image(now);
    const channel: OpenChannel = { name, topic, image, epoch: '', offset: 0, canResume };
    channels.set(name, channel);
  }

  const take = (channel: OpenChannel, image: LogImage): void => {
    channel.image.load(image);
    channel.epoch = image.epoch;
    channel.offset = image.offset;
  };

  const load = async (): Promise<void> => {
    const all = [...channels.values()];
    const images = await Promise.all(all.map(async (channel) => ({ channel, image: await log.read(channel.name) })));
    for (const { channel, image } of images) take(channel, image);
  };

  const follow = (): void => {
    const after = new Map([...channels.values()].map(({ name, epoch, offset }) => [name, { epoch, offset }]));
    following = log.watch(after).subscribe({
      next: (entry) => {
        const channel = channels.get(entry.topic);
        if (channel === undefined) return;
        // Before the views are told, since what they send says how far the channel has come.
        channel.offset = entry.offset;
        channel.image.apply(entry);
        applied$.next();
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
        if (!closed) again = setTimeout(reload, 500);
      },
    );
  };

  await load();
  follow();
  return {
    get: (topic) => channels.get(topic),
    close: () => {
      closed = true;
      clearTimeout(again);
      following?.unsubscribe();
    },
  };
};
