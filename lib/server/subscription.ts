import type { DashboardData } from '../protocol/subscription/messages.js';
import type { Channel } from './channel.js';
import { maxFrame } from './frames.js';
import type { Outlet } from './outlet.js';
import type { Say } from './send-frame.js';
import type { View, ViewUpdate } from './topic.js';

/** `asOf` where nothing that is asked for was ever published. */
const never = -1;

export interface SubscriptionOptions {
  readonly request: DashboardData<'subscribe'>;
  readonly channel: Channel;
  readonly say: Say;
  readonly outlet: Outlet;
  /** While more bytes than this wait to leave, updates are conflated. */
  readonly bufferMark: number;
  readonly now: () => number;
  /** The subscription has ended itself. */
  readonly failed: (reason: string) => void;
}

/** A subscription that is answered, or being answered. */
export interface LiveSubscription {
  /** Sends the answer and, once all of it is out, updates. Gives how many were missed; undefined after a snapshot. */
  start(resumed: boolean): number | undefined;
  /** Sends what waits, where there is room. */
  flush(): void;
  /** The last `seq`; undefined while the snapshot is on its way, and where updates went out since it was asked last. */
  quietSeq(): number | undefined;
  /** The next updates are never sent, though they are counted. */
  skip(updates: number): void;
  close(): void;
}

/** @throws ParamsError where the topic cannot do anything with the params */
export const openSubscription = (options: SubscriptionOptions): LiveSubscription => {
  const { request, channel, say, outlet, bufferMark, now, failed } = options;
  const { subId, gen, params, resume, maxRateHz } = request;
  const view: View = channel.image.view(params, () => {
    waiting = true;
    flush();
  });
  const interval = Math.max(view.interval ?? 0, maxRateHz === undefined || maxRateHz === 0 ? 0 : 1000 / maxRateHz);
  let phase: 'answering' | 'live' | 'closed' = 'answering';
  let waiting = false;
  let seq = 0;
  let quiet = true;
  let skipped = 0;
  let flushed = -Infinity;
  let timer: NodeJS.Timeout | undefined;

  const sendUpdate = ({ offset, ts, payload, thinned }: ViewUpdate): void => {
    seq++;
    if (skipped > 0) {
      skipped--;
      return;
    }
    quiet = false;
    const more = thinned !== undefined && { thinned };
    if (!say({ messageType: 'update', subId, gen, seq, offset, ts: Math.min(ts, now()), ...more }, payload))
      failed(`an update would be larger than ${maxFrame} bytes`);
  };

  const flush = (): void => {
    if (phase !== 'live' || !waiting || outlet.buffered() > bufferMark) return;
    const early = flushed + interval - performance.now();
    if (early > 0) {
      timer ??= setTimeout(() => {
        timer = undefined;
        flush();
      }, Math.ceil(early));
      return;
    }
    waiting = false;
    flushed = performance.now();
    for (const update of view.flush()) if (isLive()) sendUpdate(update);
  };

  // Sending may end the subscription, which the compiler cannot know.
  const isLive = (): boolean => phase === 'live';

  const goLive = (): void => {
    if (phase === 'closed') return;
    phase = 'live';
    flush();
  };

  /** One after the other, while the connection has room; others get their turn in between. */
  const sendAll = <T>(all: Iterator<T>, send: (one: T, last: boolean) => void): void => {
    const step = (next: IteratorResult<T>): void => {
      if (phase === 'closed') return;
      if (next.done === true) {
        goLive();
        return;
      }
      const following = all.next();
      send(next.value, following.done === true);
      if (following.done === true) goLive();
      else
        void outlet.room(bufferMark).then(() => {
          setImmediate(step, following);
        });
    };
    step(all.next());
  };

  const sendSnapshot = (): void => {
    const { epoch, offset } = channel;
    const asOf = Math.min(view.newest() ?? never, now());
    const head = { messageType: 'snapshot', subId, gen, epoch, offset, seq: 0, asOf } as const;
    sendAll(view.snapshot()[Symbol.iterator](), (payload, last) => {
      if (!say({ ...head, ...(!last && { more: true }) }, payload)) failed('a row is too large');
    });
  };

  const sendMissed = (epoch: string, offset: number): number | undefined => {
    const missed = view.replay(offset);
    if (missed === undefined) {
      sendSnapshot();
      return undefined;
    }
    // Where the dashboard stands, not where the replay will take it: it would take the replay for old.
    say({ messageType: 'resumed', subId, gen, epoch, offset, count: missed.length });
    sendAll(missed[Symbol.iterator](), sendUpdate);
    return missed.length;
  };

  return {
    start: (resumed) => {
      if (resumed && resume !== undefined) return sendMissed(resume.epoch, resume.offset);
      sendSnapshot();
      return undefined;
    },
    flush,
    quietSeq: () => {
      const wasQuiet = quiet;
      quiet = true;
      return wasQuiet && phase === 'live' ? seq : undefined;
    },
    skip: (updates) => {
      skipped += updates;
    },
    close: () => {
      phase = 'closed';
      clearTimeout(timer);
      view.close();
    },
  };
};
