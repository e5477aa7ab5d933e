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

/** Writes a frame of the server; `payload` is JSON text already. */
export const writeFrame = (
  header: { readonly clientId: string; readonly txn: string; readonly createdAt: number },
  data: Bare<ServerData>,
  payload?: string,
): string => {
  const { clientId, txn, createdAt } = header;
  const head = JSON.stringify({ version: 7, clientId, createdAt: formatTime(createdAt), txn });
  const body = JSON.stringify(data);
  return `{"header":${head},"data":${payload === undefined ? body : `${body.slice(0, -1)},"payload":${payload}}`}}`;
};
