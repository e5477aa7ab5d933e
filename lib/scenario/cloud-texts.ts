import type { CloudEvent } from '../testing/cloud/events.js';

/** Describes an event of a cloud in words that are the same in each run; undefined for an event without news. */
export const cloudTexts = (
  nameOf: (txn: string) => string | undefined,
): ((event: CloudEvent) => string | undefined) => {
  const types = new Map<string, string>();
  const named = (txn: string) => nameOf(txn) ?? types.get(txn);

  return (event) => {
    switch (event.kind) {
      case 'discovery':
        return event.errorCode === undefined
          ? `cloud discovery HTTP ${event.status}`
          : `cloud discovery errorCode ${event.errorCode}`;
      case 'upgrade':
        return event.status === 101 ? undefined : `cloud upgrade ${event.status}`;
      case 'opened':
        return `cloud session ${event.session} opened`;
      case 'closed':
        return `cloud session ${event.session} closed ${event.code}`;
      case 'message':
        types.set(event.header.txn, event.data.messageType);
        return `cloud got ${named(event.header.txn) ?? ''}${event.duplicate ? ' again' : ''}`;
      case 'answered':
        return `cloud ${{ ack: 'acks', nack: 'nacks', none: 'ignores' }[event.answer]} ${named(event.txn) ?? ''}`;
      case 'ack':
      case 'nack':
        return `cloud got ${event.kind} of ${named(event.txn) ?? 'a message'}`;
      case 'ping':
      case 'pong':
        return `cloud got ${event.kind}`;
      case 'unreadable':
        return 'cloud cannot read a frame';
      case 'outage':
      case 'restored':
        return `cloud ${event.kind}`;
      case 'restoreFailed':
        return 'cloud restore failed';
      case 'handshakeFailed': // also where a unit went away, which it may do at any moment
        return undefined;
    }
  };
};
