import { createHash } from 'node:crypto';
import type { ReceivedMessage } from './unit-server-events.js';

/** The longest name that is used as it is. */
const maxLength = 100;

/** Returns the name of a message: that of its unit and its txn, which only the unit itself keeps apart from others. */
export const messageName = ({ header: { systemId, txn } }: ReceivedMessage): string => {
  const name = `${systemId.length}:${systemId}${txn}`;
  return name.length <= maxLength ? name : createHash('sha256').update(name).digest('base64');
};
