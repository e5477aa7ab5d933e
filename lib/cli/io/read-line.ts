import { decodeText, notUtf8 } from '../../protocol/decode-text.js';
import { isObject, maxDepth } from '../../protocol/read.js';
import type { SendOptions } from '../../delivery/send-options.js';
import type { Line } from './split-lines.js';

/** The longest line that is read, in bytes. */
export const longestLine: number = 8 * 1024 * 1024;

/** The options of `send` that JSON can hold; `send` checks their values. */
const optionNames = ['policy', 'schema', 'lane', 'ttl', 'coalesceKey', 'overflow', 'keep'] as const;
type OptionName = (typeof optionNames)[number];

/** A message as read from a line of stdin. */
export interface LineMessage extends Pick<SendOptions, OptionName> {
  readonly data: { readonly messageType: string; readonly [key: string]: unknown };
  readonly id?: string;
}

/** The reason why a line is no message, without a quote from it. */
export class RefusedLine {
  readonly reason: string;
  /** The `id` in the line, where it can be read. */
  readonly id: string | undefined;

  constructor(reason: string, id?: string) {
    this.reason = reason;
    this.id = id;
  }
}

const known: ReadonlySet<string> = new Set(['data', 'id', ...optionNames]);

/** The message in a line, why there is none, or undefined for a blank line. */
export const readLine = ({ bytes }: Line): LineMessage | RefusedLine | undefined => {
  if (bytes === undefined) return new RefusedLine(`longer than ${longestLine} bytes`);
  const text = decodeText(bytes);
  if (text === undefined) return new RefusedLine(notUtf8(bytes));
  if (text.trim() === '') return undefined;
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return new RefusedLine('not JSON');
  }
  const reason = whyNot(value);
  return reason === undefined ? (value as LineMessage) : new RefusedLine(reason, idIn(value));
};

const idIn = (value: unknown): string | undefined =>
  isObject(value) && typeof value['id'] === 'string' ? value['id'] : undefined;

const whyNot = (value: unknown): string | undefined => {
  if (!isObject(value)) return 'not a JSON object';
  const { data, id, policy, schema } = value;
  if (!isObject(data))
    return 'messageType' in value
      ? 'no data, into which the message goes: {"data":{"messageType":...}}'
      : 'no data, which is to be a JSON object';
  if (typeof data['messageType'] !== 'string') return 'no messageType in data, which is to be a text';
  if (id !== undefined && typeof id !== 'string') return 'an id that is no text';
  if (policy !== undefined && policy !== 'expectAck' && policy !== 'sendOnly')
    return 'a policy other than expectAck and sendOnly';
  if (schema !== undefined && schema !== 'strict' && schema !== 'open') return 'a schema other than strict and open';
  if (Object.keys(value).some((key) => !known.has(key))) return `a key other than data, id, ${optionNames.join(', ')}`;
  return isDeeper(value, maxDepth) ? `nested deeper than ${maxDepth}` : undefined;
};

const isDeeper = (root: object, most: number): boolean => {
  let level: object[] = [root];
  for (let depth = 0; level.length > 0; depth++) {
    if (depth > most) return true;
    level = level.flatMap((value) => Object.values(value) as unknown[]).filter(isContainer);
  }
  return false;
};

const isContainer = (value: unknown): value is object => typeof value === 'object' && value !== null;
