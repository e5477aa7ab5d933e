import { Deadlines, type Monitor } from './monitor.js';

/** So much later than asked for a message may go again, in milliseconds. */
const tolerance = 100;

/** D6: a message that was refused goes again when the cloud asked for, not before and not much later. */
export const nacks = (): Monitor => {
  const deadlines = new Deadlines();
  let refused: string | undefined;
  return {
    promise: 'D6',
    see: (event, book) => {
      const late = deadlines.see(event, book);
      if (late !== undefined) return late;
      if (event.kind === 'hears' && event.frame === 'nack') {
        const sheet = book.sheets.get(event.txn);
        refused = sheet?.status === 'sent' && !sheet.isFinal && !sheet.isAcked ? event.txn : undefined;
      }
      if (event.kind === 'heard' && event.frame === 'nack' && refused !== undefined) {
        const sheet = book.sheets.get(refused);
        refused = undefined;
        if (!sheet || sheet.isFinal) return undefined;
        if (sheet.cause !== 'NackError') return `the nack for ${event.txn} went unheard`;
        const { heldUntil, writes } = sheet;
        const link = book.current;
        deadlines.add(Math.max(heldUntil, event.at) + tolerance, () =>
          !sheet.isFinal && sheet.writes === writes && book.current === link && book.isFree
            ? `${sheet.txn} was refused until ${heldUntil} ms and did not go again by then`
            : undefined,
        );
      }
      if (event.kind === 'write' && event.frame === 'message') {
        const { heldUntil = -Infinity } = book.sheets.get(event.txn) ?? {};
        if (event.at < heldUntil) return `${event.txn} goes again ${heldUntil - event.at} ms before its time`;
      }
      return undefined;
    },
  };
};
