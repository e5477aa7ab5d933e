import { describeError } from '../../observability/describe-error.js';
import { isObject } from '../../protocol/read.js';
import type { UnitStatus } from '../unit/status.js';

/** Fetches a document, as `fetch` of the platform does. */
export type Fetch = (url: string, init: { readonly signal: AbortSignal }) => Promise<Response>;

/** The longest wait for an answer, in milliseconds. */
const timeout = 5000;
/** Ten times what a unit sends, in bytes. */
const largest = 128 * 1024;

/** Rejects with an error whose message says in a few words why the unit has no status for us. */
export const readStatus = async (url: string, fetch: Fetch): Promise<UnitStatus> => {
  const response = await fetch(url, { signal: AbortSignal.timeout(timeout) }).catch((error: unknown) => {
    throw new Error(whyUnreachable(error), { cause: error });
  });
  if (response.status === 404) throw new Error('there is no /status: it is no unitlink unit, or an older one');
  if (!response.ok) throw new Error(`it answers with ${response.status}`);
  const status = parsed(await textOf(response));
  if (!isStatus(status)) throw new Error('its answer is not the status of a unit');
  return status;
};

const whyUnreachable = (error: unknown): string => {
  if (error instanceof Error && error.name === 'TimeoutError') return `no answer within ${timeout} ms`;
  const cause = error instanceof Error ? (error.cause ?? error) : error;
  const { code, message } = describeError(cause);
  return code === 'ECONNREFUSED' ? 'the connection is refused' : message || String(code ?? 'it cannot be reached');
};

const textOf = async ({ body }: Response): Promise<string> => {
  const chunks: Uint8Array[] = [];
  let size = 0;
  try {
    for await (const chunk of (body ?? []) as AsyncIterable<Uint8Array>) {
      size += chunk.length;
      if (size > largest) throw new Error('its answer is too long');
      chunks.push(chunk);
    }
  } catch (error) {
    throw new Error(size > largest ? 'its answer is too long' : 'its answer was cut off', { cause: error });
  }
  return Buffer.concat(chunks).toString();
};

const parsed = (text: string): unknown => {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
};

const isStatus = (value: unknown): value is UnitStatus => {
  if (!isObject(value) || value['version'] !== 1 || typeof value['systemId'] !== 'string') return false;
  const { now, uptime, state, queue, totals, reconnects, certificates, events } = value;
  return (
    typeof now === 'string' &&
    typeof uptime === 'number' &&
    isObject(state) &&
    typeof state['state'] === 'string' &&
    isObject(queue) &&
    isObject(queue['lanes']) &&
    [...Object.values(queue['lanes']), queue['size'], queue['capacity'], queue['inFlight']].every(isNumber) &&
    isObject(totals) &&
    Object.values(totals).every(isNumber) &&
    isObject(reconnects) &&
    Object.values(reconnects).every(isNumber) &&
    isList(certificates, ['name', 'subject', 'validTo']) &&
    isList(events, ['at', 'level', 'text'])
  );
};

const isNumber = (value: unknown): boolean => typeof value === 'number';

const isList = (value: unknown, members: readonly string[]): boolean =>
  Array.isArray(value) &&
  value.every((one) => isObject(one) && members.every((member) => typeof one[member] === 'string'));
