import type { Plan } from '../model/plan.js';
import type { Monitor } from './monitor.js';

/** Longer than that a unit does not wait for a sign that it was read, in milliseconds. */
const leastPatience = 60_000;

/** D4: what gets no ack is sent `1 + maxRetries` times over links that live, and a link that does not costs no retry. */
export const retries = ({ ackTimeout, maxRetries }: Plan): Monitor => ({
  promise: 'D4',
  see: (event, journal) => {
    if (event.kind !== 'report') return undefined;
    const { txn, status, cause, attempt, at } = event;
    const sheet = journal.sheets.get(txn);
    if (!sheet) return undefined;
    if (attempt !== sheet.writes) return `${txn} counts ${attempt} transmissions, and there were ${sheet.writes}`;
    if (cause !== 'AckTimeoutError') return undefined;
    if (status === 'dropped' && sheet.timeouts !== maxRetries)
      return `${txn} is dropped after ${sheet.timeouts} retries, not ${maxRetries}`;
    if (status === 'requeued' && sheet.timeouts >= maxRetries)
      return `${txn} goes again after ${sheet.timeouts} retries`;
    if (at < sheet.writtenAt + ackTimeout)
      return `${txn} timed out ${at - sheet.writtenAt} ms after its write, not ${ackTimeout}`;
    if (journal.current?.number !== sheet.link) return `${txn} timed out on a link that is gone`;
    const patience = Math.max(6 * ackTimeout, leastPatience);
    return journal.current.heardAt >= sheet.writtenAt || at >= sheet.writtenAt + patience
      ? undefined
      : `${txn} timed out on a link on which nothing was heard since`;
  },
});
