import type { Plan } from '../model/plan.js';
import { highWater } from '../model/unit-defaults.js';
import type { Monitor } from './monitor.js';

/** R1: never more messages in flight than allowed, and none is written while too much lies unsent. */
export const limits = ({ maxInFlight }: Plan): Monitor => {
  const inFlight = new Set<string>();
  let writtenAt = -1;
  return {
    promise: 'R1',
    see: (event, { sheets }) => {
      if (event.kind === 'process') inFlight.clear();
      if (event.kind === 'report' && event.status !== 'sent') inFlight.delete(event.txn);
      if (event.kind !== 'write' || event.frame !== 'message') return undefined;
      const isFirst = event.at !== writtenAt; // of those that are written at once
      writtenAt = event.at;
      if (isFirst && event.buffered > highWater) return `${event.txn} is written behind ${event.buffered} bytes`;
      if (sheets.get(event.txn)?.message?.sendOnly === true) return undefined;
      inFlight.add(event.txn);
      return inFlight.size > maxInFlight
        ? `${inFlight.size} messages are in flight, and not ${maxInFlight}`
        : undefined;
    },
  };
};
