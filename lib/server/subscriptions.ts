import type { DashboardData } from '../protocol/subscription/messages.js';
import type { AnswerEntry, SubscribeEntry, Unsigned, UnsubscribeEntry } from './journal.js';
import type { Channel, Channels } from './channel.js';
import type { Outlet } from './outlet.js';
import { ParamsError } from './params.js';
import type { DashboardPlan } from './fault-plan.js';
import type { Say } from './send-frame.js';
import { type LiveSubscription, openSubscription } from './subscription.js';

export interface SubscriptionsOptions {
  readonly channels: Channels;
  readonly plan: DashboardPlan;
  readonly say: Say;
  readonly outlet: Outlet;
  readonly add: (entry: Unsigned<SubscribeEntry | UnsubscribeEntry | AnswerEntry>) => void;
  readonly maxSubscriptions: number;
  readonly bufferMark: number;
  readonly now: () => number;
}

/** The subscriptions of one connection, by `subId`. */
export interface Subscriptions {
  subscribe(request: DashboardData<'subscribe'>, txn: string): void;
  unsubscribe(request: DashboardData<'unsubscribe'>, txn: string): void;
  count(): number;
  flush(): void;
  /** The last `seq` of each that was quiet since this was asked last. */
  quietSeqs(): Readonly<Record<string, number>>;
  skip(topic: string, updates: number): void;
  replyToDeadGen(topic: string, payload: unknown): void;
  endAll(code: string): void;
  close(): void;
}

interface Slot {
  readonly request: DashboardData<'subscribe'>;
  live: LiveSubscription | undefined;
}

export const createSubscriptions = (options: SubscriptionsOptions): Subscriptions => {
  const { channels, plan, say, outlet, add, maxSubscriptions, bufferMark, now } = options;
  const slots = new Map<string, Slot>();

  const of = (topic: string): Slot[] => [...slots.values()].filter(({ request }) => request.topic === topic);

  const drop = (slot: Slot): void => {
    slot.live?.close();
    if (slots.get(slot.request.subId) === slot) slots.delete(slot.request.subId);
  };

  const end = (slot: Slot, code: string, reason?: string, retryAfter?: number): void => {
    drop(slot);
    const { subId, gen, topic } = slot.request;
    const why = { ...(reason !== undefined && { reason }), ...(retryAfter !== undefined && { retryAfter }) };
    add({ kind: 'answer', subId, gen, topic, answer: 'ended', code });
    say({ messageType: 'ended', subId, gen, code, ...why });
  };

  const start = (slot: Slot, channel: Channel, resumed: boolean): void => {
    const { request } = slot;
    const { subId, gen, topic } = request;
    const failed = (reason: string): void => {
      end(slot, 'limit', reason);
    };
    try {
      slot.live = openSubscription({ request, channel, say, outlet, bufferMark, now, failed });
    } catch (error) {
      if (error instanceof ParamsError) end(slot, 'invalid-params', error.message);
      else end(slot, 'failed', 'the topic could not be read');
      return;
    }
    const count = slot.live.start(resumed);
    if (count === undefined) add({ kind: 'answer', subId, gen, topic, answer: 'snapshot' });
    else add({ kind: 'answer', subId, gen, topic, answer: 'resumed', count });
  };

  /** Whether a fault has answered already. */
  const misbehave = (slot: Slot, txn: string): boolean => {
    const { subId, gen, topic } = slot.request;
    const answer = plan.answers.get(topic)?.shift();
    if (answer === undefined) return false;
    if (answer.kind === 'ended') {
      end(slot, answer.code, 'told to refuse', answer.retryAfter);
      return true;
    }
    drop(slot);
    add({ kind: 'answer', subId, gen, topic, answer: answer.kind });
    if (answer.kind === 'nack')
      say(
        { messageType: 'nack', ...(answer.retryAfter !== undefined && { retryAfter: answer.retryAfter }) },
        undefined,
        txn,
      );
    return true;
  };

  const answer = async (slot: Slot, channel: Channel): Promise<void> => {
    const { resume, subId } = slot.request;
    const resumed = resume !== undefined && (await channel.canResume(resume.epoch, resume.offset));
    if (slots.get(subId) === slot) start(slot, channel, resumed);
  };

  const subscribe = (request: DashboardData<'subscribe'>, txn: string): void => {
    const { subId, gen, topic, params, resume } = request;
    add({ kind: 'subscribe', subId, gen, topic, params, resume });
    const before = slots.get(subId);
    // A frame that was overtaken by a newer one; nobody waits for its answer.
    if (before !== undefined && gen < before.request.gen) return;
    if (before !== undefined) drop(before);
    const slot: Slot = { request, live: undefined };
    const full = slots.size >= maxSubscriptions;
    if (!full) slots.set(subId, slot);
    if (misbehave(slot, txn)) return;
    const channel = channels.get(topic);
    if (channel === undefined) end(slot, 'unknown-topic', 'this server has no such topic');
    else if (full) end(slot, 'limit', `no more than ${maxSubscriptions} subscriptions`);
    else if (resume === undefined) start(slot, channel, false);
    else
      answer(slot, channel).catch(() => {
        end(slot, 'failed', 'the log cannot be read', 1000);
      });
  };

  return {
    subscribe,
    unsubscribe: ({ subId, gen }, txn) => {
      add({ kind: 'unsubscribe', subId, gen });
      const slot = slots.get(subId);
      if (slot !== undefined && slot.request.gen <= gen) drop(slot);
      say({ messageType: 'ack' }, undefined, txn);
    },
    count: () => slots.size,
    flush: () => {
      for (const { live } of slots.values()) live?.flush();
    },
    quietSeqs: () =>
      Object.fromEntries(
        [...slots].flatMap(([subId, { live }]) => {
          const seq = live?.quietSeq();
          return seq === undefined ? [] : [[subId, seq]];
        }),
      ),
    skip: (topic, updates) => {
      for (const { live } of of(topic)) live?.skip(updates);
    },
    replyToDeadGen: (topic, payload) => {
      const offset = channels.get(topic)?.offset ?? 0;
      for (const { request } of of(topic)) {
        const { subId, gen } = request;
        const body = { messageType: 'update', subId, gen: Math.max(0, gen - 1), seq: 1, offset: offset + 1 } as const;
        say({ ...body, ts: now() }, JSON.stringify(payload ?? null));
      }
    },
    endAll: (code) => {
      for (const slot of slots.values()) end(slot, code);
    },
    close: () => {
      for (const slot of slots.values()) drop(slot);
    },
  };
};
