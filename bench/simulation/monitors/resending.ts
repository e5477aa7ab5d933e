import type { SimulationJournal, Sheet } from '../model/journal.js';
import type { SimulationEvent } from '../model/events.js';
import { Deadlines, type Monitor } from './monitor.js';

/** The time after the opening within which unconfirmed messages must be resent, in milliseconds. */
const most = 100;
/** The transmissions after which a message may be a suspect. */
const suspectAfter = 2;

/**
 * D5: on a new connection the unacknowledged messages go first in their lane, at once, in their order. A suspect may wait,
 * and what is behind it in line; so may all, while there is a message on which links have fallen silent.
 */
export const resending = (): Monitor => {
  const deadlines = new Deadlines();
  let due: Sheet[] = [];
  let link = 0;
  let last = new Map<number, number>(); // in each lane
  const hanging = new Set<string>(); // what the cloud hangs on
  const isHanging = ({ sheets }: SimulationJournal) =>
    [...hanging].some((txn) => (sheets.get(txn)?.writes ?? 0) >= suspectAfter && sheets.get(txn)?.isFinal === false);
  const isDue = (sheet: Sheet) => !sheet.isFinal && sheet.link !== link;
  const open = (event: Extract<SimulationEvent, { kind: 'opened' }>, journal: SimulationJournal) => {
    const mine = (link = event.link);
    last = new Map();
    due = [...journal.sheets.values()].filter((sheet) => {
      const { writes, isFinal, message, keptUntil } = sheet;
      const isWaiting = writes > 0 && !isFinal && message?.sendOnly !== true && journal.hasFired(keptUntil, event.at);
      return isWaiting && !journal.isSuspect(sheet);
    });
    if (due.length > 0)
      deadlines.add(event.at + most, () => {
        if (journal.current?.number !== mine || !journal.isFree || isHanging(journal)) return undefined;
        const left = due.find((sheet) => isDue(sheet) && !journal.isBehindSuspect(sheet));
        return left && `${left.txn} was not sent again within ${most} ms of the opening`;
      });
  };
  const write = (txn: string, journal: SimulationJournal): string | undefined => {
    const sheet = journal.sheets.get(txn);
    if (!sheet || due.length === 0) return undefined;
    if (sheet.writes === 0) {
      const before = due.find((other) => isDue(other) && other.lane <= sheet.lane);
      return before && `${txn} is sent before ${before.txn}, which was sent on the connection before`;
    }
    if (!due.includes(sheet) || sheet.link === link) return undefined;
    if (sheet.place < (last.get(sheet.lane) ?? -Infinity)) return `${txn} is sent again out of order`;
    last.set(sheet.lane, sheet.place);
    return undefined;
  };
  return {
    promise: 'D5',
    see: (event, journal) => {
      const late = deadlines.see(event, journal);
      if (late !== undefined) return late;
      if (event.kind === 'process' && event.what === 'started') due = [];
      if (event.kind === 'accepted' && event.message.hang) hanging.add(event.txn);
      if (event.kind === 'opened') open(event, journal);
      return event.kind === 'write' && event.frame === 'message' ? write(event.txn, journal) : undefined;
    },
  };
};
