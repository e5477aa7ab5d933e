import type { DashboardData } from '../protocol/subscription/messages.js';
import { type AnswerOptions, answerSubscribe, endSlot, reauthorize } from './answer-subscribe.js';
import { Slots } from './slots.js';

/** Dependencies of {@link createSubscriptions}. */
export type SubscriptionsOptions = Omit<AnswerOptions, 'slots' | 'held'>;

/** The subscriptions of one connection, by `subId`. */
export interface Subscriptions {
  readonly subscribe: (request: DashboardData<'subscribe'>, txn: string) => void;
  readonly unsubscribe: (request: DashboardData<'unsubscribe'>, txn: string) => void;
  readonly count: () => number;
  /** Sends pending updates if there is room. */
  readonly flush: () => void;
  /** Returns the last `seq` of each subscription that sent nothing since the last call. */
  readonly quietSeqs: () => Readonly<Record<string, number>>;
  /** Returns true if updates had to wait for room since the last call. */
  readonly takeSlow: () => boolean;
  /** Ends what the present identity may not see. */
  readonly reauthorize: () => void;
  /** The next updates of the topic are counted but not sent. */
  readonly skip: (topic: string, updates: number) => void;
  /** Sends an update of the previous generation to each subscription of the topic. */
  readonly replyToDeadGen: (topic: string, payload: unknown) => void;
  /** Ends every subscription with this code. */
  readonly endAll: (code: string) => void;
  readonly close: () => void;
}

/** Opens, answers and ends the subscriptions of one connection. */
export const createSubscriptions = (options: SubscriptionsOptions): Subscriptions => {
  const { channels, sendFrame, record, now } = options;
  const slots = new Slots();
  // Looking at all subscriptions for each frame that leaves would cost more with each of them.
  const held = new Set<() => void>();
  const answering = { ...options, slots, held };
  return {
    subscribe: (request, txn) => {
      answerSubscribe(request, txn, answering);
    },
    unsubscribe: ({ subId, gen }, txn) => {
      record({ kind: 'unsubscribe', subId, gen });
      const slot = slots.get(subId);
      if (slot !== undefined && slot.request.gen <= gen) slots.drop(slot);
      sendFrame({ messageType: 'ack' }, undefined, txn);
    },
    count: () => slots.size,
    flush: () => {
      if (held.size === 0) return;
      const waiting = [...held];
      held.clear();
      for (const flush of waiting) flush();
    },
    quietSeqs: () =>
      Object.fromEntries(
        [...slots.all()].flatMap(({ request, live }) => {
          const seq = live?.quietSeq();
          return seq === undefined ? [] : [[request.subId, seq]];
        }),
      ),
    takeSlow: () => [...slots.all()].filter(({ live }) => live?.takeSlow()).length > 0,
    reauthorize: () => {
      reauthorize(answering);
    },
    skip: (topic, updates) => {
      for (const { live } of slots.of(topic)) live?.skip(updates);
    },
    replyToDeadGen: (topic, payload) => {
      const offset = (channels.get(topic)?.offset ?? 0) + 1;
      for (const { request } of slots.of(topic)) {
        const body = { messageType: 'update', subId: request.subId, gen: Math.max(0, request.gen - 1) } as const;
        sendFrame({ ...body, seq: 1, offset, ts: now() }, JSON.stringify(payload ?? null));
      }
    },
    endAll: (code) => {
      for (const slot of slots.all()) endSlot(slot, { code }, answering);
    },
    close: () => {
      for (const slot of slots.all()) slots.drop(slot);
    },
  };
};
