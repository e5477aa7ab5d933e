import { Deadlines, type Monitor } from './monitor.js';

/** A stop is done by then, in milliseconds: a second for the disk before it, one after it. */
const stopped = 2300;

/** L5: one connection at a time; none after a stop, which is done soon and leaves nothing. */
export const oneLink = (): Monitor => {
  const deadlines = new Deadlines();
  const links = new Set<number>();
  let isStopped = false;
  return {
    promise: 'L5',
    see: (event, journal) => {
      const late = deadlines.see(event, journal);
      if (late !== undefined) return late;
      switch (event.kind) {
        case 'process':
          if (event.what === 'stopping')
            deadlines.add(event.at + stopped, () => (isStopped ? undefined : `is not stopped after ${stopped} ms`));
          if (event.what === 'started') isStopped = false;
          if (event.what === 'started' || event.what === 'crashed') links.clear();
          if (event.what !== 'gone') return undefined;
          if (links.size > 0) return 'has a connection after it was stopped';
          return event.left === 0 ? undefined : `has ${event.left ?? 0} timers after it was stopped`;
        case 'state':
          if (event.state === 'stopped') isStopped = true;
          return undefined;
        case 'discover':
          return isStopped ? 'discovers after it was stopped' : undefined;
        case 'dial': {
          const other = [...links][0];
          links.add(event.link);
          if (isStopped) return 'dials after it was stopped';
          return other === undefined ? undefined : `dials link ${event.link}, and has link ${other}`;
        }
        case 'write':
          return links.has(event.link) ? undefined : `writes to link ${event.link}, which is over`;
        case 'ended':
          links.delete(event.link);
          return undefined;
        default:
          return undefined;
      }
    },
  };
};
