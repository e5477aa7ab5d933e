import type { ServerData } from '../protocol/subscription/messages.js';
import { isRecord } from './is-record.js';

type Check = (value: unknown) => boolean;
/** Members that a page does not use are not checked. */
type Unread = 'messageType' | 'limits' | 'thinned' | 'slow' | 'expiresInMs';
type Shape<Data> = { readonly [Name in Exclude<keyof Data, Unread>]-?: (value: unknown) => value is Data[Name] };
type Shapes<Type extends ServerData['messageType']> = { readonly [Name in Type]: Shape<ServerData<Name>> };

/**
 * Checks the members of a message that a page uses against the subscription profile. By hand, as the schemas and their
 * interpreter are twice as large.
 *
 * @returns the name of the first member that is missing or wrong; undefined if all fit; false if no page reads such a message
 */
export const misfitOf = (message: { readonly messageType: string }): string | false | undefined => {
  if (!Object.hasOwn(shapes, message.messageType)) return false;
  const shape: Readonly<Record<string, Check>> = shapes[message.messageType as keyof typeof shapes];
  // No list of names is made, as this is done for each message.
  for (const name in shape) if (shape[name]?.(message[name as never]) === false) return name;
  return undefined;
};

const text = (value: unknown): value is string => typeof value === 'string';
const flag = (value: unknown): value is boolean => typeof value === 'boolean';
const number = (value: unknown): value is number => Number.isFinite(value);
const count = (value: unknown): value is number => Number.isSafeInteger(value) && (value as number) >= 0;
const anything = (value: unknown): value is unknown => value !== undefined;
const counts = (value: unknown): value is Record<string, number> =>
  isRecord(value) && Object.values(value).every(count);
const optional =
  <T>(isRight: (value: unknown) => value is T) =>
  (value: unknown): value is T | undefined =>
    value === undefined || value === null || isRight(value);

const position = { subId: text, gen: count, offset: count };
const shapes: Shapes<
  'welcome' | 'snapshot' | 'resumed' | 'update' | 'heartbeat' | 'renew' | 'ping' | 'pong' | 'ended' | 'goaway'
> = {
  welcome: { sessionId: text, serverId: text, heartbeatMs: optional(count) },
  snapshot: { ...position, epoch: text, seq: count, asOf: number, payload: anything, more: optional(flag) },
  resumed: { ...position, epoch: text, count },
  update: { ...position, seq: count, ts: number, payload: anything },
  heartbeat: { ts: number, seqs: optional(counts) },
  renew: {},
  ping: { t: number },
  pong: { t: number },
  ended: { subId: text, gen: count, code: text, reason: optional(text), retryAfter: optional(count) },
  goaway: { reason: optional(text), avoid: optional(text), drainMs: optional(count) },
};
