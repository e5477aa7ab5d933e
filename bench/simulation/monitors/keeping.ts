import type { SimulationJournal } from '../model/journal.js';
import type { Plan } from '../model/plan.js';
import type { Monitor } from './monitor.js';

/**
 * D8: what is to be kept is on disk before it is sent, and what was said to be on disk is there after a crash, until its fate
 * is known.
 */
export const keeping = ({ store, faults }: Plan): Monitor => {
  const works = !faults.some(({ kind }) => kind === 'store');
  let kept = new Set<string>();
  let over = new Set<string>();
  let hasFailed = false;
  let failsUntil = -Infinity; // and what was removed meanwhile may come back
  const close = ({ sheets }: SimulationJournal, isClean: boolean) => {
    // What an opening has not brought back yet is still there.
    for (const { txn, isOnDisk, isFinal, cause } of sheets.values()) {
      const isLeft = isOnDisk && (!isFinal || cause === 'StoppedError');
      if (isLeft) kept.add(txn);
      else if (isClean) over.add(txn);
    }
  };
  return {
    promise: 'D8',
    see: (event, journal) => {
      if (store === 'none') return undefined;
      if (works && event.kind === 'write' && event.frame === 'message') {
        const sheet = journal.sheets.get(event.txn);
        if (sheet?.isOnDisk === false && journal.isToBeKept(sheet)) return `${event.txn} is sent before it is on disk`;
      }
      if (event.kind === 'fault' && event.fault.kind === 'store') {
        hasFailed = true;
        failsUntil = event.at + event.fault.duration;
      }
      if (event.kind === 'process' && event.what === 'crashed') close(journal, false);
      if (event.kind === 'process' && event.what === 'gone') close(journal, !hasFailed);
      if (event.kind !== 'restored') return undefined;
      const lost = [...kept].filter((txn) => !event.txns.includes(txn));
      const back = event.txns.filter((txn) => over.has(txn));
      kept = new Set();
      over = new Set();
      hasFailed = event.at < failsUntil;
      if (lost.length > 0) return `${lost.join(', ')} was on disk, and is lost`;
      return back.length > 0 ? `${back.join(', ')} comes back after its fate was reported` : undefined;
    },
  };
};
