import type { DashboardData } from '../protocol/subscription/messages.js';
import type { Channel } from './channel.js';
import type { SendFrame } from './frame-sender.js';
import type { Outlet } from './outlet.js';
import { createPacer } from './pacer.js';
import { sendInTurn } from './send-in-turn.js';
import type { View } from './topic.js';
import { createUpdateSender } from './update-sender.js';

/** `asOf` of a snapshot without any entry. */
const never = -1;

/** Dependencies of {@link openSubscription}. */
export interface SubscriptionOptions {
  readonly request: DashboardData<'subscribe'>;
  /** Added to the epoch of each position. */
  readonly scope: string;
  readonly channel: Channel;
  readonly sendFrame: SendFrame;
  readonly outlet: Outlet;
  /** The flushes that wait for room. */
  readonly held: Set<() => void>;
  /** While more bytes than this wait to leave, updates are conflated. */
  readonly bufferMark: number;
  readonly now: () => number;
  /** Called when the subscription has ended itself. */
  readonly failed: (reason: string) => void;
  /** Called when only a snapshot can tell the dashboard what it missed. */
  readonly lost: () => void;
}

/** A subscription that is answered, or being answered. */
export interface LiveSubscription {
  /** Sends the answer, then updates. Returns the number of missed updates; undefined after a snapshot. */
  readonly start: (resumed: boolean) => number | undefined;
  /** Returns the last `seq`; undefined during the snapshot, or if updates were sent since the last call. */
  readonly quietSeq: () => number | undefined;
  /** Returns true if updates had to wait for room since the last call. */
  readonly takeSlow: () => boolean;
  /** The next updates are counted but not sent. */
  readonly skip: (updates: number) => void;
  readonly close: () => void;
}

/**
 * Opens the view that a subscribe requests, and sends what it shows.
 *
 * @throws ParamsError where the topic cannot do anything with the params
 */
export const openSubscription = (options: SubscriptionOptions): LiveSubscription => {
  const { request, channel, outlet, held, bufferMark } = options;
  const { params, resume } = request;
  let phase: 'answering' | 'live' | 'closed' = 'answering';
  let waiting = false;
  let slow = false;
  const view = channel.image.view(params, () => {
    waiting = true;
    flush();
  });
  const updates = createUpdateSender(options);
  const pacer = createPacer(intervalOf(view, request), () => {
    flush();
  });
  // Sending may end the subscription, which the compiler cannot know.
  const isLive = (): boolean => phase === 'live';
  const isClosed = (): boolean => phase === 'closed';

  const flush = (): void => {
    if (!isLive() || !waiting) return;
    if (outlet.buffered() > bufferMark) {
      slow = true;
      held.add(flush);
      return;
    }
    if (!pacer.isDue()) return;
    waiting = false;
    const missed = view.flush();
    if (missed === undefined) options.lost();
    else for (const update of missed) if (isLive()) updates.send(update);
  };
  const goLive = (): void => {
    if (isClosed()) return;
    phase = 'live';
    flush();
  };
  const sendAll: SendAll = (items, send) => {
    sendInTurn({ items, send, isClosed, room: () => outlet.room(bufferMark), done: goLive });
  };

  const answer = answers(options, { view, sendAll, sendUpdate: updates.send });

  return {
    start: (resumed) => {
      if (resumed && resume !== undefined) return answer.sendMissed(resume.epoch, resume.offset);
      answer.sendSnapshot();
      return undefined;
    },
    quietSeq: () => {
      const seq = updates.quietSeq();
      return isLive() ? seq : undefined;
    },
    takeSlow: () => {
      const was = slow;
      slow = false;
      return was;
    },
    skip: updates.skip,
    close: () => {
      phase = 'closed';
      held.delete(flush);
      pacer.stop();
      view.close();
    },
  };
};

type SendAll = <T>(items: Iterable<T>, send: (item: T, isLast: boolean) => void) => void;

interface AnswerParts {
  readonly view: View;
  readonly sendAll: SendAll;
  readonly sendUpdate: ReturnType<typeof createUpdateSender>['send'];
}

/** The two answers to a subscribe: a snapshot, or the updates that were missed. */
const answers = (options: SubscriptionOptions, { view, sendAll, sendUpdate }: AnswerParts) => {
  const { request, sendFrame, failed } = options;
  const { subId, gen } = request;
  const sendSnapshot = (): void => {
    const head = snapshotHead(options, view);
    sendAll(view.snapshot(), (payload, isLast) => {
      if (!sendFrame({ ...head, ...(!isLast && { more: true }) }, payload)) failed('a row is too large');
    });
  };
  const sendMissed = (epoch: string, offset: number): number | undefined => {
    const missed = view.replay(offset);
    if (missed === undefined) {
      sendSnapshot();
      return undefined;
    }
    // The position of the dashboard, not that after the replay: it would take the replay for old.
    sendFrame({ messageType: 'resumed', subId, gen, epoch, offset, count: missed.length });
    sendAll(missed, sendUpdate);
    return missed.length;
  };
  return { sendSnapshot, sendMissed };
};

const intervalOf = (view: View, { maxRateHz }: DashboardData<'subscribe'>): number =>
  Math.max(view.interval ?? 0, maxRateHz === undefined || maxRateHz === 0 ? 0 : 1000 / maxRateHz);

const snapshotHead = ({ request, scope, channel, now }: SubscriptionOptions, view: View) => {
  const { subId, gen } = request;
  const { epoch, offset } = channel;
  const asOf = Math.min(view.newest() ?? never, now());
  return { messageType: 'snapshot', subId, gen, epoch: epoch + scope, offset, seq: 0, asOf } as const;
};
