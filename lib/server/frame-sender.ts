import type { ServerData } from '../protocol/subscription/messages.js';
import { headWriter, maxFrame, writeFrame } from './frames.js';
import type { Outlet } from './outlet.js';

type Bare<Data> = Data extends unknown ? Omit<Data, 'payload'> : never;

/** Sends a message to the dashboard; `payload` is JSON text. Returns false if it would be too large and was not sent. */
export type SendFrame = (data: Bare<ServerData>, payload?: string, txn?: string) => boolean;

/** Returns the {@link SendFrame} of one connection. */
export const frameSender = (outlet: Outlet, clientId: () => string, now: () => number): SendFrame => {
  const head = headWriter(now);
  let last = 0;
  return (data, payload, txn) => {
    const text = writeFrame(head(clientId(), txn ?? `s-${++last}`), data, payload);
    if (text.length * 3 > maxFrame && Buffer.byteLength(text) > maxFrame) return false;
    outlet.send(text);
    return true;
  };
};
