import type { DashboardData } from '../protocol/subscription/messages.js';
import type { Channel } from './channel.js';
import type { Channels } from './channels.js';
import type { SendFrame } from './frame-sender.js';
import type { Interception } from './interception.js';
import type { Outlet } from './outlet.js';
import { ParamsError } from './params.js';
import type { SubscribeAnswerEvent, SubscribeEvent, UnsubscribeEvent, WithoutSession } from './server-events.js';
import type { Slot, Slots } from './slots.js';
import { openSubscription } from './subscription.js';

/** Dependencies of {@link answerSubscribe}. */
export interface AnswerOptions {
  readonly channels: Channels;
  readonly interception: Pick<Interception, 'takeAnswer'>;
  readonly sendFrame: SendFrame;
  readonly outlet: Outlet;
  readonly record: (event: WithoutSession<SubscribeEvent | UnsubscribeEvent | SubscribeAnswerEvent>) => void;
  readonly maxSubscriptions: number;
  readonly bufferMark: number;
  readonly now: () => number;
  readonly slots: Slots;
}

/** The reason for which a subscription ends. `retryAfter` in milliseconds. */
export interface EndReason {
  readonly code: string;
  readonly reason?: string;
  readonly retryAfter?: number | undefined;
}

/** Ends a subscription and sends `ended`. */
export const endSlot = (slot: Slot, end: EndReason, { slots, record, sendFrame }: AnswerOptions): void => {
  slots.drop(slot);
  const { subId, gen, topic } = slot.request;
  const { code, reason, retryAfter } = end;
  const why = { ...(reason !== undefined && { reason }), ...(retryAfter !== undefined && { retryAfter }) };
  record({ kind: 'answer', subId, gen, topic, answer: 'ended', code });
  sendFrame({ messageType: 'ended', subId, gen, code, ...why });
};

/** Answers a subscribe with a snapshot, the missed updates, or the reason why there are none. */
export const answerSubscribe = (request: DashboardData<'subscribe'>, txn: string, options: AnswerOptions): void => {
  const { channels, slots, record, maxSubscriptions } = options;
  const { subId, gen, topic, params, resume } = request;
  record({ kind: 'subscribe', subId, gen, topic, params, resume });
  const before = slots.get(subId);
  // A frame that was overtaken by a newer one; its answer is no longer expected.
  if (before !== undefined && gen < before.request.gen) return;
  if (before !== undefined) slots.drop(before);
  const slot: Slot = { request, live: undefined };
  const full = slots.size >= maxSubscriptions;
  if (!full) slots.put(slot);
  if (isAnsweredByFault(slot, txn, options)) return;
  const channel = channels.get(topic);
  const end = (reason: EndReason): void => {
    endSlot(slot, reason, options);
  };
  if (channel === undefined) end({ code: 'unknown-topic', reason: 'this server has no such topic' });
  else if (full) end({ code: 'limit', reason: `no more than ${maxSubscriptions} subscriptions` });
  else if (resume === undefined) start(slot, channel, false, options);
  else
    resumeOrStart(slot, channel, options).catch(() => {
      end({ code: 'failed', reason: 'the log cannot be read', retryAfter: 1000 });
    });
};

/** Waits until the channel can say what the dashboard missed, then answers. */
const resumeOrStart = async (slot: Slot, channel: Channel, options: AnswerOptions): Promise<void> => {
  const { resume, subId } = slot.request;
  const resumed = resume !== undefined && (await channel.canResume(resume.epoch, resume.offset));
  if (options.slots.get(subId) === slot) start(slot, channel, resumed, options);
};

const start = (slot: Slot, channel: Channel, resumed: boolean, options: AnswerOptions): void => {
  const { request } = slot;
  const { subId, gen, topic } = request;
  const failed = (reason: string): void => {
    endSlot(slot, { code: 'limit', reason }, options);
  };
  try {
    slot.live = openSubscription({ ...options, request, channel, failed });
  } catch (error) {
    const isMisfit = error instanceof ParamsError;
    const end = isMisfit ? { code: 'invalid-params', reason: error.message } : unreadable;
    endSlot(slot, end, options);
    return;
  }
  const count = slot.live.start(resumed);
  const answer = count === undefined ? ({ answer: 'snapshot' } as const) : ({ answer: 'resumed', count } as const);
  options.record({ kind: 'answer', subId, gen, topic, ...answer });
};

const unreadable: EndReason = { code: 'failed', reason: 'the topic could not be read' };

/** Returns true if a fault has answered already. */
const isAnsweredByFault = (slot: Slot, txn: string, options: AnswerOptions): boolean => {
  const { subId, gen, topic } = slot.request;
  const answer = options.interception.takeAnswer(topic);
  if (answer === undefined) return false;
  if (answer.kind === 'ended') {
    endSlot(slot, { ...answer, reason: 'refused by a fault' }, options);
    return true;
  }
  options.slots.drop(slot);
  options.record({ kind: 'answer', subId, gen, topic, answer: answer.kind });
  const { retryAfter } = answer.kind === 'nack' ? answer : {};
  const why = { ...(retryAfter !== undefined && { retryAfter }) };
  if (answer.kind === 'nack') options.sendFrame({ messageType: 'nack', ...why }, undefined, txn);
  return true;
};
