import type { Monitor } from './monitor.js';

/** D3: a message goes again under the same txn with the same bytes, and never after its ack was there. */
export const sameBytes = (): Monitor => {
  const texts = new Map<string, string>();
  return {
    promise: 'D3',
    see: (event, journal) => {
      if (event.kind !== 'write' || event.frame !== 'message') return undefined;
      const { txn, text } = event;
      const sheet = journal.sheets.get(txn);
      if (!sheet) return `${txn} is written, and was never accepted`;
      if (sheet.isFinal) return `${txn} is written after it was ${sheet.status}`;
      if (sheet.isAcked) return `${txn} is written after its ack`;
      const before = texts.get(txn);
      texts.set(txn, text);
      return before === undefined || before === text ? undefined : `${txn} goes again with other bytes`;
    },
  };
};
