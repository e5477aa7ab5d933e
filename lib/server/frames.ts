import { checks } from '../protocol/compiled/subscription.js';
import { isObject } from '../protocol/read.js';
import type { DashboardData, ServerData } from '../protocol/subscription/messages.js';
import { formatTime } from '../protocol/time.js';

/** A message of a dashboard. */
export interface DashboardFrame {
  readonly clientId: string;
  readonly txn: string;
  readonly data: DashboardData;
}

/** No frame of the server is larger, in bytes; nor may one of a dashboard be. */
export const maxFrame: number = 256 * 1024;

const maxName = 128;
const types = ['hello', 'subscribe', 'unsubscribe', 'ping', 'pong', 'linkReport'] as const;
const isType = (type: unknown): type is (typeof types)[number] => (types as readonly unknown[]).includes(type);

/**
 * Reads a frame of a dashboard; undefined where its type is unknown and it is to be passed over.
 *
 * @throws Error where it cannot be read; the message says why in a few words
 */
export const readFrame = (bytes: Uint8Array): DashboardFrame | undefined => {
  // The params are to stay as they came, null members included, so that this is no place for the reader of unit messages.
  const frame: unknown = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes));
  if (!isObject(frame) || !isObject(frame['header']) || !isObject(frame['data']))
    throw new Error('no header or no data');
  const { version, clientId, txn } = frame['header'];
  const data = frame['data'];
  if (version !== 7) throw new Error('another version than 7');
  if (!isName(clientId) || !isName(txn)) throw new Error('no clientId or no txn');
  const { messageType } = data;
  if (!isType(messageType)) return undefined;
  const validate = checks[messageType];
  if (validate?.(data) !== true)
    throw new Error(`${messageType}${validate?.errors?.[0]?.instancePath ?? ''} does not fit`);
  if ('subId' in data && !isName(data['subId'])) throw new Error(`a subId of more than ${maxName} characters`);
  return { clientId, txn, data: data as unknown as DashboardData };
};

const isName = (value: unknown): value is string => typeof value === 'string' && value.length <= maxName;

type Bare<Data> = Data extends unknown ? Omit<Data, 'payload'> : never;

/** Returns what writes the headers of one connection; `now` returns milliseconds since 1970. */
export const headWriter = (now: () => number): ((clientId: string, txn: string) => string) => {
  let writtenId: string | undefined;
  let idText = '';
  return (clientId, txn) => {
    if (clientId !== writtenId) idText = JSON.stringify(clientId);
    writtenId = clientId;
    return `{"version":7,"clientId":${idText},"createdAt":"${timeText(now())}","txn":${JSON.stringify(txn)}}`;
  };
};

// Of a thousand frames that leave together all have the same.
let writtenAt = NaN;
let written = '';
const timeText = (at: number): string => {
  if (at !== writtenAt) written = formatTime(at);
  writtenAt = at;
  return written;
};

/** Writes a frame of the server; the header and `payload` are JSON text already. */
export const writeFrame = (head: string, data: Bare<ServerData>, payload?: string): string => {
  const body = JSON.stringify(data);
  return `{"header":${head},"data":${payload === undefined ? body : `${body.slice(0, -1)},"payload":${payload}}`}}`;
};
