import { subscriptionProfile } from '../../protocol/subscription/messages.js';
import type { Generation, Misfit, ServerMessage, SubscriptionCodec } from './codec.js';
import { misfitOf } from '../check-frame.js';

/** The wait after a nack that says none, in milliseconds. */
const defaultRetryAfter = 500;

/**
 * The subscription profile on the envelope of the unit protocol.
 *
 * @returns the codec that is used without the option `codec` of {@link connectDashboard}
 * @example
 * ```ts
 * connectDashboard({ url: '/live', codec: envelope() });
 * ```
 */
export const envelope = (): SubscriptionCodec => ({
  subprotocols: [],
  wire: ({ clientId, now }) => {
    let count = 0;
    const write = (data: object, txn = `${++count}`) =>
      JSON.stringify({ header: { version: 7, clientId, createdAt: new Date(now()).toISOString(), txn }, data });
    return {
      hello: (token, lastSession) => write({ messageType: 'hello', protocol: subscriptionProfile, token, lastSession }),
      // The txn of a subscribe says what a nack is about.
      write: (data) => [data.messageType === 'subscribe' ? write(data, `${data.gen}:${data.subId}`) : write(data)],
      read,
      about,
      answers: true,
    };
  },
});

const read = (frame: string): ServerMessage | Misfit | undefined => {
  try {
    const { header, data } = JSON.parse(frame) as {
      header: { txn: string; createdAt?: string } | undefined;
      data: ServerMessage | Nack;
    };
    if (typeof data.messageType !== 'string') return misfit('messageType', data);
    if (data.messageType === 'nack') return refusal(header?.txn ?? '', data);
    const name = misfitOf(data);
    if (name === false) return undefined;
    const { subId, gen } = data as Partial<Generation>;
    if (name !== undefined)
      return misfit(`${data.messageType}/${name}`, { subId, gen: name === 'gen' ? undefined : gen });
    return data.messageType === 'welcome' ? { ...data, ts: Date.parse(header?.createdAt ?? '') } : data;
  } catch {
    return misfit('data', {});
  }
};

/** Whom it concerns may be wrong as well. */
const misfit = (path: string, { subId, gen }: { readonly subId?: unknown; readonly gen?: unknown }): Misfit => ({
  messageType: 'misfit',
  path,
  subId: typeof subId === 'string' ? subId : undefined,
  gen: typeof gen === 'number' ? gen : undefined,
});

const about = (beginning: string): Generation | undefined => {
  const subId = /"subId":"(\w+)"/.exec(beginning)?.[1];
  return subId === undefined ? undefined : { subId, gen: Number(/"gen":(\d+)/.exec(beginning)?.[1]) };
};

interface Nack {
  readonly messageType: 'nack';
  readonly retryAfter?: number;
}

const refusal = (txn: string, { retryAfter }: Nack): ServerMessage | undefined => {
  const [, gen, subId] = /^(\d+):(.*)$/s.exec(txn) ?? [];
  if (subId === undefined) return undefined;
  const wait = Number.isFinite(retryAfter) ? retryAfter : defaultRetryAfter;
  return { messageType: 'ended', subId, gen: Number(gen), code: 'nack', retryAfter: wait };
};
