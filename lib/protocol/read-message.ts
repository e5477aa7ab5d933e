import type { Dropped } from './envelope.js';
import type { CloudMessageType } from './message-types.js';
import { messageSchemas } from './message-schemas.js';
import type { CloudData } from './messages.js';
import { compileReader, Unreadable, type Progress, type Read } from './reader.js';

const readers = new Map<CloudMessageType, Read>();

const readerOf = (messageType: CloudMessageType): Read => {
  const known = readers.get(messageType);
  if (known !== undefined) return known;
  const read = compileReader(messageSchemas.get(messageType) ?? {});
  readers.set(messageType, read);
  return read;
};

/**
 * Reads the body of a message of the cloud liberally: keys in any case, null as absent, scalars of another kind
 * converted, unknown keys passed over, defaults filled in. What is bad costs as little as can be, and is listed.
 */
export const readMessage = (
  messageType: CloudMessageType,
  data: unknown,
): { readonly data: CloudData; readonly dropped: readonly Dropped[] } | Unreadable => {
  const progress: Progress = { path: [], depth: 0, dropped: [], unlisted: 0 };
  const read = readerOf(messageType)(data, progress);
  if (read instanceof Unreadable) return read;
  const { dropped, unlisted } = progress;
  if (unlisted > 0) dropped.push({ path: '', reason: `and ${unlisted} more` });
  return { data: read as CloudData, dropped };
};
