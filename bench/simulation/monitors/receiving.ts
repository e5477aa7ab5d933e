import type { Monitor } from './monitor.js';

/** With so much unsent, in bytes, a unit acks nothing. */
const ackLimit = 8 * 1024 * 1024;

/** D9: each message of the cloud is acked whenever it comes, and given to the app once. */
export const receiving = (): Monitor => {
  const received = new Set<string>();
  let isAcked = false;
  return {
    promise: 'D9',
    see: (event, journal) => {
      if (event.kind === 'process' && event.what === 'started') received.clear();
      if (event.kind === 'received') {
        if (received.has(event.txn)) return `${event.txn} was given to the app twice`;
        received.add(event.txn);
      }
      if (event.kind === 'write' && event.frame === 'ack') isAcked = true;
      if (event.kind === 'hears' && event.frame === 'message') isAcked = false;
      if (event.kind !== 'heard' || event.frame !== 'message') return undefined;
      const link = journal.links.get(event.link);
      if (!received.has(event.txn)) return `${event.txn} was not given to the app`;
      if (isAcked || !link || link.isOver || link.buffered >= ackLimit) return undefined;
      return `${event.txn} was not acked`;
    },
  };
};
