import type { Plan } from '../model/plan.js';
import type { Monitor } from './monitor.js';

/**
 * D5a: in a lane messages are sent in the order of their acceptance, those of an earlier process first; and no lane waits
 * for a later one. With a store, what is not kept there waits for what was sent with it; and while something may have ended
 * links, what expects no ack waits, and the lane of it.
 */
export const order = ({ store, faults }: Plan): Monitor => {
  const opensAtOnce = !faults.some(({ kind }) => kind === 'store');
  const last = new Map<number, number>(); // the place of the last one that was sent for the first time, by lane
  const queuedAt = new Map<string, number>();
  return {
    promise: 'D5a',
    see: (event, { sheets, hasSuspects }) => {
      if (event.kind === 'process') {
        last.clear();
        queuedAt.clear();
      }
      if (event.kind === 'report' && event.status === 'queued') queuedAt.set(event.txn, event.at);
      if (event.kind !== 'write' || event.frame !== 'message') return undefined;
      const sheet = sheets.get(event.txn);
      if (sheet?.writes !== 0) return undefined;
      if (sheet.isRestored && !opensAtOnce) return undefined; // others came before it
      if (sheet.place < (last.get(sheet.lane) ?? -Infinity)) return `${event.txn} is sent after a later one`;
      last.set(sheet.lane, sheet.place);
      if (hasSuspects) return undefined;
      const waiting = [...sheets.values()].filter(
        ({ lane, txn, writes, isFinal, isOnDisk, message }) =>
          lane < sheet.lane &&
          writes === 0 &&
          !isFinal &&
          (queuedAt.get(txn) ?? Infinity) < event.at &&
          (store === 'none' || isOnDisk || message?.sendOnly === true),
      );
      const first = waiting.find(
        ({ lane }) => !waiting.some((one) => one.lane === lane && one.message?.sendOnly === true),
      );
      return first && `${event.txn} is sent before ${first.txn}, whose lane goes first`;
    },
  };
};
