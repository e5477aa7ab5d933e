import type { LinkSheet, SimulationJournal } from '../model/journal.js';
import type { Plan } from '../model/plan.js';
import { pongTimeout } from '../model/unit-defaults.js';
import { Deadlines, type Monitor } from './monitor.js';

const tolerance = 100;
/** Pings closer together than this, in milliseconds, say nothing of their interval. */
const bunched = 250;

/** The silence that is suspicious, in ping intervals of the cloud. */
const suspicious = 2.5;
/** The interval is the median of so many. */
const measured = 3;

/**
 * L2: a link on which nothing is heard after a message was written is left after the ack timeout and one ping; one that
 * carries no pings any more after 2.5 ping intervals and one ping.
 */
export const detection = ({ ackTimeout }: Plan): Monitor => {
  const deadlines = new Deadlines();
  let emptiedAt = -Infinity;
  let pausedAt = -Infinity;
  let slowUntil = -Infinity;
  const limit = ackTimeout + pongTimeout + tolerance;
  let pings: number[] = []; // the times of those of the link, but for bunched ones
  /** Returns true if the times of a link that is open still run as they did then. */
  const isUndisturbed = (link: LinkSheet, since: number, { current, frozenUntil }: SimulationJournal) =>
    current === link && pausedAt <= since && frozenUntil <= since;
  const expectPing = (number: number, at: number, journal: SimulationJournal) => {
    if (at - (pings.at(-1) ?? -Infinity) >= bunched) pings = [...pings.slice(-measured), at];
    const link = journal.current;
    if (pings.length <= measured || link?.number !== number || at < slowUntil) return; // bytes that leave are a sign of life
    const intervals = pings.slice(1).map((time, index) => time - (pings[index] ?? 0));
    const quiet = suspicious * Math.max(...intervals) + pongTimeout + tolerance;
    deadlines.add(at + quiet, () => {
      const hasMoved = slowUntil > at || emptiedAt > at;
      const isKept = isUndisturbed(link, at, journal) && link.heardAt <= at && !hasMoved;
      return isKept ? `link ${number} is without a ping for ${quiet} ms, and is kept` : undefined;
    });
  };
  return {
    promise: 'L2',
    see: (event, journal) => {
      const late = deadlines.see(event, journal);
      if (late !== undefined) return late;
      if (event.kind === 'hears' && event.frame === 'ping') expectPing(event.link, event.at, journal);
      if (event.kind === 'process' || event.kind === 'opened' || event.kind === 'reading') pings = [];
      if (event.kind === 'emptied') emptiedAt = event.at;
      if (event.kind === 'reading') pausedAt = event.at; // all times begin again when it reads on
      if (event.kind === 'fault' && event.fault.kind === 'slow-reader')
        slowUntil = Math.max(slowUntil, event.at + event.fault.duration);
      if (event.kind !== 'write' || event.frame !== 'message') return undefined;
      const sheet = journal.sheets.get(event.txn);
      const link = journal.current;
      if (link?.number !== event.link || sheet === undefined || sheet.message?.sendOnly === true) return undefined;
      const { at, buffered } = event;
      // Its bytes may leave later, or those before it have just left: then the ack timeouts begin again.
      if (buffered > 0 || at < slowUntil + 2 * ackTimeout) return undefined;
      deadlines.add(at + limit, () => {
        const isSilent = isUndisturbed(link, at, journal) && link.heardAt < at && emptiedAt < at;
        const isInFlight = sheet.status === 'sent' && sheet.writtenAt === at && !sheet.isFinal;
        return isSilent && isInFlight ? `link ${link.number} is silent for ${limit} ms, and is kept` : undefined;
      });
      return undefined;
    },
  };
};
