import type { Monitor } from './monitor.js';

/** D7: an ack settles its message, whatever that waits for, and however often it comes. */
export const acks = (): Monitor => ({
  promise: 'D7',
  see: (event, journal) => {
    if (event.kind !== 'heard' || event.frame !== 'ack') return undefined;
    const sheet = journal.sheets.get(event.txn);
    return sheet && sheet.writes > 0 && !sheet.isFinal ? `the ack for ${event.txn} settled nothing` : undefined;
  },
});
