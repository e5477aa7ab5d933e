import type { DashboardData } from '../protocol/subscription/messages.js';
import { type Allowed, authorizeTopic } from './authorization.js';
import type { Channel } from './channel.js';
import type { Channels } from './channels.js';
import type { SendFrame } from './frame-sender.js';
import type { Authorize, Identity } from './identity.js';
import type { IdentityShares } from './identity-shares.js';
import type { Interception } from './interception.js';
import type { Outlet } from './outlet.js';
import { ParamsError } from './params.js';
import type { SubscribeAnswerEvent, SubscribeEvent, UnsubscribeEvent, WithoutSession } from './server-events.js';
import type { Slot, Slots } from './slots.js';
import type { ChannelUse } from './source-channels.js';
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
  /** The flushes that wait for room. */
  readonly held: Set<() => void>;
  /** Undefined if everyone may see everything. */
  readonly authorize: Authorize | undefined;
  readonly identity: () => Identity;
  /** The subscriptions of each identity. */
  readonly subscriptionShares: IdentityShares;
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
  const { channels, slots, record, authorize } = options;
  const { subId, gen, topic, params, resume } = request;
  record({ kind: 'subscribe', subId, gen, topic, params, resume });
  const before = slots.get(subId);
  // A frame that was overtaken by a newer one; its answer is no longer expected.
  if (before !== undefined && gen < before.request.gen) return;
  if (before !== undefined) slots.drop(before);
  const { slot, limit } = takeSlot(request, options);
  if (isAnsweredByFault(slot, txn, options)) return;
  if (!channels.has(topic)) endSlot(slot, { code: 'unknown-topic', reason: 'this server has no such topic' }, options);
  else if (limit !== undefined) endSlot(slot, { code: 'limit', reason: limit }, options);
  else if (authorize === undefined) answerAllowed(slot, { params, scope: '' }, options);
  else authorizeAndAnswer(slot, authorize, options);
};

/** Takes a place for a subscription; `limit` is the reason why there is none. */
const takeSlot = (
  request: DashboardData<'subscribe'>,
  { slots, maxSubscriptions, identity, subscriptionShares }: AnswerOptions,
): { readonly slot: Slot; readonly limit: string | undefined } => {
  const { id } = identity();
  const isFull = slots.size >= maxSubscriptions;
  const hasShare = !isFull && subscriptionShares.take(id);
  const free = (): void => {
    subscriptionShares.free(id);
  };
  const slot: Slot = { request, params: request.params, live: undefined, free, release: () => undefined };
  if (hasShare) slots.put(slot);
  if (isFull) return { slot, limit: `no more than ${maxSubscriptions} subscriptions` };
  return { slot, limit: hasShare ? undefined : 'too many subscriptions of one identity' };
};

const authorizeAndAnswer = (slot: Slot, authorize: Authorize, options: AnswerOptions): void => {
  const { topic, params, subId } = slot.request;
  const isCurrent = (): boolean => options.slots.get(subId) === slot;
  authorizeTopic(authorize, options.identity(), topic, params).then(
    (allowed) => {
      if (!isCurrent()) return;
      if (allowed === undefined) endSlot(slot, { code: 'forbidden' }, options);
      else answerAllowed(slot, allowed, options);
    },
    () => {
      if (isCurrent()) endSlot(slot, { code: 'failed', reason: 'not authorized in time', retryAfter: 1000 }, options);
    },
  );
};

/** Ends what the present identity of the page may not see, or may see only with other params than before. */
export const reauthorize = (options: AnswerOptions): void => {
  const { slots, authorize, identity } = options;
  if (authorize === undefined) return;
  for (const slot of slots.all()) {
    const { topic, params, subId } = slot.request;
    const end = (reason: EndReason): void => {
      if (slots.get(subId) === slot) endSlot(slot, reason, options);
    };
    authorizeTopic(authorize, identity(), topic, params).then(
      (allowed) => {
        if (allowed === undefined) end({ code: 'forbidden' });
        else if (JSON.stringify(allowed.params) !== JSON.stringify(slot.params)) end({ code: 'gone' });
      },
      () => {
        end({ code: 'failed', reason: 'not authorized in time', retryAfter: 1000 });
      },
    );
  }
};

const answerAllowed = (slot: Slot, allowed: Allowed, options: AnswerOptions): void => {
  const { topic, subId } = slot.request;
  slot.params = allowed.params;
  const failed = (reason: string): void => {
    if (options.slots.get(subId) === slot) endSlot(slot, { code: 'failed', reason, retryAfter: 1000 }, options);
  };
  const answer = ({ channel, params, release }: ChannelUse): void => {
    if (options.slots.get(subId) === slot) answerFrom(slot, { ...allowed, params }, channel, options);
    if (options.slots.get(subId) === slot) slot.release = release;
    else release();
  };
  let use: ReturnType<Channels['use']>;
  try {
    use = options.channels.use(topic, allowed.params, failed);
  } catch (error) {
    failed(String(error));
    return;
  }
  if (use instanceof Promise)
    use.then(answer, (error: unknown) => {
      if (options.slots.get(subId) !== slot) return;
      if (error instanceof ParamsError) endSlot(slot, { code: 'invalid-params', reason: error.message }, options);
      else failed('its source failed');
    });
  else if (use !== undefined) answer(use);
};

const answerFrom = (slot: Slot, allowed: Allowed, channel: Channel, options: AnswerOptions): void => {
  if (slot.request.resume === undefined) start(slot, allowed, channel, false, options);
  else
    resumeOrStart(slot, allowed, channel, options).catch(() => {
      endSlot(slot, { code: 'failed', reason: 'the log cannot be read', retryAfter: 1000 }, options);
    });
};

/** Waits until the channel can say what the dashboard missed, then answers. */
const resumeOrStart = async (slot: Slot, allowed: Allowed, channel: Channel, options: AnswerOptions): Promise<void> => {
  const { resume, subId } = slot.request;
  const { scope } = allowed;
  const resumed =
    resume !== undefined &&
    resume.epoch.endsWith(scope) &&
    (await channel.canResume(resume.epoch.slice(0, resume.epoch.length - scope.length), resume.offset));
  if (options.slots.get(subId) === slot) start(slot, allowed, channel, resumed, options);
};

const start = (
  slot: Slot,
  { params, scope }: Allowed,
  channel: Channel,
  resumed: boolean,
  options: AnswerOptions,
): void => {
  const { request } = slot;
  const { subId, gen, topic } = request;
  const failed = (reason: string): void => {
    endSlot(slot, { code: 'limit', reason }, options);
  };
  const lost = (): void => {
    endSlot(slot, { code: 'gone' }, options);
  };
  try {
    slot.live = openSubscription({ ...options, request: { ...request, params }, scope, channel, failed, lost });
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
