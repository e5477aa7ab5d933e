import { Deadlines, type Monitor } from './monitor.js';

/** So much later than its `ttl` a message may still be there, in milliseconds. */
const tolerance = 100;

/** D1a: a message that was not sent within its `ttl` is dropped at its end. */
export const expiry = (): Monitor => {
  const deadlines = new Deadlines();
  return {
    promise: 'D1a',
    see: (event, journal) => {
      const late = deadlines.see(event, journal);
      if (late !== undefined) return late;
      if (event.kind !== 'accepted' || event.message.ttl === undefined) return undefined;
      const { ttl } = event.message;
      deadlines.add(event.at + ttl + tolerance, () => {
        const sheet = journal.sheets.get(event.txn);
        const isOver = sheet === undefined || sheet.isFinal || sheet.status === 'sent';
        return isOver ? undefined : `${event.txn} is ${sheet.status ?? 'not queued'} after its ttl of ${ttl} ms`;
      });
      return undefined;
    },
  };
};
