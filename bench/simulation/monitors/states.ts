import type { Monitor } from './monitor.js';

const legal: Readonly<Record<string, readonly string[]>> = {
  '': ['discovering', 'stopped'],
  discovering: ['discovering', 'connecting', 'waiting', 'stopped'],
  connecting: ['connecting', 'connected', 'discovering', 'waiting', 'stopped'],
  connected: ['discovering', 'connecting', 'waiting', 'stopped'],
  waiting: ['discovering', 'connecting', 'stopped'],
  stopped: [],
};

/** L7: the state never lies: each change is told once, and `connected` is true as long as it is said. */
export const states = (): Monitor => {
  let state = '';
  let isStopping = false;
  return {
    promise: 'L7',
    see: (event, journal) => {
      if (event.kind === 'process') {
        isStopping = event.what === 'stopping';
        if (event.what === 'started') state = '';
      }
      if (event.kind === 'state') {
        // A store that fails, or is well again, tells the state once more.
        const isAgain = journal.isAgain(event);
        const isLegal = isAgain || legal[state]?.includes(event.state);
        const before = state;
        state = event.state;
        if (!isLegal) return `goes from ${before || 'nothing'} to ${event.state}`;
        if (event.isConnected !== (state === 'connected')) return `isConnected is ${event.isConnected} when ${state}`;
        if (state === 'connected' && !journal.current) return 'says that it is connected, and no link is open';
        if (state === 'connecting' && journal.current) return 'says that it is connecting, and a link is open';
      }
      if (event.kind === 'noted') {
        const isOpen = journal.links.get(event.link)?.isOpen === true;
        if (isOpen && state !== 'connected' && !isStopping) return `is ${state} while link ${event.link} is open`;
        if (!journal.current && state === 'connected') return `is connected while link ${event.link} is at its end`;
      }
      return undefined;
    },
  };
};
