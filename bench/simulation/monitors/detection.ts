import type { Plan } from '../model/plan.js';
import { Deadlines, type Monitor } from './monitor.js';

/** The time a suspected link has to show a sign of life; the default of the unit, in milliseconds. */
const pongTimeout = 5000;
const tolerance = 100;

/** L2: a link on which nothing is heard after a message was written is left after the ack timeout and one ping. */
export const detection = ({ ackTimeout }: Plan): Monitor => {
  const deadlines = new Deadlines();
  let emptiedAt = -Infinity;
  let slowUntil = -Infinity;
  const limit = ackTimeout + pongTimeout + tolerance;
  return {
    promise: 'L2',
    see: (event, journal) => {
      const late = deadlines.see(event, journal);
      if (late !== undefined) return late;
      if (event.kind === 'emptied') emptiedAt = event.at;
      if (event.kind === 'fault' && event.fault.kind === 'slow-reader')
        slowUntil = Math.max(slowUntil, event.at + event.fault.duration);
      if (event.kind !== 'write' || event.frame !== 'message') return undefined;
      const sheet = journal.sheets.get(event.txn);
      const link = journal.current;
      if (link?.number !== event.link || sheet === undefined || sheet.message?.sendOnly === true) return undefined;
      const { at, buffered } = event;
      if (buffered > 0 || at < slowUntil) return undefined; // its bytes may leave later
      deadlines.add(at + limit, () => {
        const isSilent =
          journal.current === link && link.heardAt < at && emptiedAt < at && link.isRead && journal.frozenUntil <= at;
        const isInFlight = sheet.status === 'sent' && sheet.writtenAt === at && !sheet.isFinal;
        return isSilent && isInFlight ? `link ${link.number} is silent for ${limit} ms, and is kept` : undefined;
      });
      return undefined;
    },
  };
};
