import type { SimulationJournal, Sheet } from '../model/journal.js';
import type { SimulationEvent } from '../model/events.js';
import type { Plan } from '../model/plan.js';
import type { Monitor } from './monitor.js';

type ReportEvent = Extract<SimulationEvent, { kind: 'report' }>;

/** D1: what was accepted is acknowledged, or its failure is reported; never neither, never both. */
export const fates = (plan: Plan): Monitor => {
  const drop = ({ cause, at }: ReportEvent, sheet: Sheet): string | undefined => {
    const { message, txn } = sheet;
    switch (cause) {
      case 'AckTimeoutError':
        return undefined; // D4 looks at that
      case 'UndeliverableError':
        return undefined; // D6b looks at that
      case 'ExpiredError':
        if (sheet.isRestored) return undefined;
        return message?.ttl !== undefined && at >= sheet.acceptedAt + message.ttl
          ? undefined
          : `${txn} expired before its time`;
      case 'WithdrawnError':
        return message?.withdrawAfter !== undefined && sheet.writes === 0
          ? undefined
          : `${txn} was withdrawn, and that is not what the app did`;
      case 'ReplacedError':
        return message?.coalesceKey !== undefined && sheet.writes === 0
          ? undefined
          : `${txn} was replaced, and has no key or was sent`;
      case 'StoreError':
        return plan.onStoreFailure === 'refuse' && !sheet.isOnDisk ? undefined : `${txn} was given up for the store`;
      case 'StoppedError':
        return sheet.isOnDisk ? `${txn} is in the store and was dropped by a stop` : undefined;
      default:
        return `${txn} was dropped for ${cause ?? 'nothing'}`;
    }
  };
  const report = (event: ReportEvent, { sheets }: SimulationJournal): string | undefined => {
    const { txn, status } = event;
    const sheet = sheets.get(txn);
    if (!sheet) return undefined; // what is over before the app knows its txn
    if (sheet.isFinal) return `${txn} is ${status} after it was ${sheet.status}`;
    if (status === 'acknowledged' && !sheet.isAcked && sheet.message?.sendOnly !== true)
      return `${txn} is acknowledged, and no ack was there`;
    if (status === 'requeued' && event.cause === 'StoppedError' && !sheet.isOnDisk)
      return `${txn} is said to be in the store, and is not`;
    return status === 'dropped' ? drop(event, sheet) : undefined;
  };
  const open = ({ sheets }: SimulationJournal): string | undefined => {
    const left = [...sheets.values()].filter(({ isFinal }) => !isFinal).map(({ txn }) => txn);
    return left.length > 0 ? `no fate for ${left.join(', ')}` : undefined;
  };
  return {
    promise: 'D1',
    see: (event, journal) => {
      if (event.kind === 'report') return report(event, journal);
      if (event.kind === 'refused') return `message ${event.message.id} was refused: ${event.cause}`;
      if (event.kind === 'drained' || (event.kind === 'process' && event.what === 'gone')) return open(journal);
      return undefined;
    },
  };
};
