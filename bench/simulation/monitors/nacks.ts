import type { Sheet } from '../model/journal.js';
import { Deadlines, type Monitor } from './monitor.js';

/** So much later than asked for a message may go again, in milliseconds. */
const tolerance = 100;
/** A message that was nacked is sent so often in a second at most. */
const most = 10;
/** The first nacks of a message are taken at their word. */
const firstNacks = 3;

/** D6: a message that was refused goes again when the cloud asked for, not before and not much later. */
export const nacks = (): Monitor => {
  const deadlines = new Deadlines();
  let refused: string | undefined;
  let writes = new Map<string, number[]>();
  /** D6a: no message is sent more than ten times in a second, whatever it is asked for; lost links are another matter. */
  const tooOften = ({ txn, nacks }: Sheet, at: number): boolean => {
    if (nacks === 0) return false;
    const last = [...(writes.get(txn) ?? []), at].slice(-most - 1);
    writes.set(txn, last);
    return last.length > most && at - (last[0] ?? 0) < 1000;
  };
  return {
    promise: 'D6',
    see: (event, journal) => {
      const late = deadlines.see(event, journal);
      if (late !== undefined) return late;
      if (event.kind === 'process' && event.what === 'started') writes = new Map();
      if (event.kind === 'hears' && event.frame === 'nack') {
        const sheet = journal.sheets.get(event.txn);
        refused = sheet?.status === 'sent' && !sheet.isFinal && !sheet.isAcked ? event.txn : undefined;
      }
      if (event.kind === 'heard' && event.frame === 'nack' && refused !== undefined) {
        const sheet = journal.sheets.get(refused);
        refused = undefined;
        if (!sheet || sheet.isFinal) return undefined;
        if (sheet.cause !== 'NackError') return `the nack for ${event.txn} went unheard`;
        const { heldUntil, keptUntil, writes, nacks } = sheet;
        const link = journal.current;
        const until = Math.max(nacks <= firstNacks ? heldUntil : keptUntil, event.at);
        deadlines.add(until + tolerance, () =>
          !sheet.isFinal &&
          sheet.writes === writes &&
          journal.current === link &&
          journal.isFree &&
          !journal.hasSuspects
            ? `${sheet.txn} was refused until ${until} ms and did not go again by then`
            : undefined,
        );
      }
      if (event.kind === 'write' && event.frame === 'message') {
        const sheet = journal.sheets.get(event.txn);
        const { keptUntil = -Infinity } = sheet ?? {};
        if (sheet && tooOften(sheet, event.at)) return `${event.txn} is sent more than ten times in a second`;
        if (event.at < keptUntil) return `${event.txn} goes again ${keptUntil - event.at} ms before its time`;
      }
      return undefined;
    },
  };
};
