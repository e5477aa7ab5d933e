import { InvalidMessageError, MessageTooLargeError } from '../errors.js';
import { cloudMessageTypes } from './message-types.js';
import type { MessageData } from './envelope.js';
import { isObject, maxDepth } from './read.js';

/** The types that an app never sends: answers, and the messages of the cloud. */
const reserved: ReadonlySet<string> = new Set(['ack', 'nack', ...cloudMessageTypes]);
const typeName = /^[A-Za-z][\w-]{0,63}$/;

/**
 * The JSON text of a body that no schema describes: `messageType` first, `correlationId` next, everything else as it
 * came. It is made of nothing but JSON values, nested at most {@link maxDepth} deep, and has `most` bytes at most.
 *
 * @throws {@link InvalidMessageError} or {@link MessageTooLargeError}
 */
export const writeOpenMessage = (data: MessageData, most: number): string => {
  const { messageType, correlationId, ...rest } = data;
  if (!isOpenType(messageType))
    throw new InvalidMessageError(
      'a message has a messageType of 1 to 64 letters, digits, - and _ that is neither an answer nor one of the cloud',
    );
  const budget = { left: most };
  const copy = copied({ messageType, correlationId, ...rest }, [], budget, new Set());
  if (budget.left < 0) throw new MessageTooLargeError(messageType, most - budget.left, most);
  return JSON.stringify(copy);
};

/** True if an app may send a message of this type without a schema. */
const isOpenType = (type: unknown): type is string =>
  typeof type === 'string' && typeName.test(type) && !reserved.has(type);

/** A copy without what is undefined. Where the budget is used up it ends, with what it has. */
const copied = (value: unknown, path: readonly string[], budget: { left: number }, above: Set<object>): unknown => {
  const refuse = (reason: string): never => {
    const place = path.map((part) => `/${part.slice(0, 60)}`).join('');
    throw new InvalidMessageError(`the message is not valid: ${place || 'it'} ${reason}`, { path: place, reason });
  };
  budget.left -= typeof value === 'string' ? value.length + 2 : 1;
  if (budget.left < 0) return null;
  if (typeof value === 'string' || typeof value === 'boolean' || value === null) return value;
  if (typeof value === 'number') return Number.isFinite(value) ? value : refuse('is no finite number');
  if (typeof value !== 'object') return refuse(`is of type ${typeof value}, which JSON does not have`);
  if (above.has(value)) return refuse('holds itself');
  if (path.length >= maxDepth) return refuse(`is nested deeper than ${maxDepth}`);
  above.add(value);
  const into = (member: unknown, name: string) => copied(member, [...path, name], budget, above);
  let copy: unknown;
  if (Array.isArray(value)) {
    const items: unknown[] = [];
    for (const [n, item] of (value as readonly unknown[]).entries()) {
      if (budget.left < 0) break;
      items.push(into(item, String(n)));
    }
    copy = items;
  } else if (isPlain(value)) {
    const members: [string, unknown][] = [];
    for (const [name, member] of Object.entries(value)) {
      if (budget.left < 0) break;
      if (name === '__proto__') return refuse('has a key named __proto__');
      if (member === undefined) continue;
      budget.left -= name.length + 3;
      members.push([name, into(member, name)]);
    }
    copy = Object.fromEntries(members);
  } else return refuse('is no plain object: give what is to be sent as JSON values');
  above.delete(value);
  return copy;
};

const isPlain = (value: object): boolean => {
  const prototype: unknown = Object.getPrototypeOf(value);
  return isObject(value) && (prototype === Object.prototype || prototype === null);
};
