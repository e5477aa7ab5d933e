import type { ServerData } from '../protocol/subscription/messages.js';
import type { Outlet } from './outlet.js';
import { maxFrame, writeFrame } from './frames.js';

type Bare<Data> = Data extends unknown ? Omit<Data, 'payload'> : never;

/** Sends a message to the dashboard; `payload` is JSON text. False where it would be too large, and was not sent. */
export type Say = (data: Bare<ServerData>, payload?: string, txn?: string) => boolean;

/** Gives {@link Say} for one connection. */
export const sayTo = (outlet: Outlet, clientId: () => string, now: () => number): Say => {
  let last = 0;
  return (data, payload, txn) => {
    const text = writeFrame({ clientId: clientId(), txn: txn ?? `s-${++last}`, createdAt: now() }, data, payload);
    if (text.length * 3 > maxFrame && Buffer.byteLength(text) > maxFrame) return false;
    outlet.send(text);
    return true;
  };
};
