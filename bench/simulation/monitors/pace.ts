import { stableAfter } from '../model/unit-defaults.js';
import type { Monitor } from './monitor.js';

/** The connections that a minute may see, if they do not last. */
const most = 12;
const minute = 60_000;

/** L5a: whatever the cloud does with them, connections do not follow each other in a hot loop. */
export const pace = (): Monitor => {
  let opened: number[] = [];
  let renewed: number[] = []; // each of these calls for a connection of its own
  let openedAt = Infinity;
  return {
    promise: 'L5a',
    see: (event) => {
      const isRecent = (at: number) => at > event.at - minute;
      if (event.kind === 'process') opened = renewed = [];
      if (event.kind === 'fault' && event.fault.kind === 'credentials')
        renewed = [...renewed.filter(isRecent), event.at];
      if (event.kind === 'ended' && event.at - openedAt >= stableAfter)
        renewed = [...renewed.filter(isRecent), event.at];
      if (event.kind === 'ended') openedAt = Infinity;
      if (event.kind !== 'opened') return undefined;
      openedAt = event.at;
      opened = [...opened.filter(isRecent), event.at];
      return opened.length > most + renewed.length ? `${opened.length} connections within a minute` : undefined;
    },
  };
};
