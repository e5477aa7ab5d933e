import type { Plan } from '../plan.js';
import type { Monitor } from './monitor.js';

/** So many transmissions may end the link, and one that is too big only one; another such message may cost two more. */
const mostTransmissions = 4;
/** Where a packet may take longer than this, in milliseconds, one end may not be proof enough, and all takes its time. */
const unsteady = 100;
/** By then every other message has its ack, the waits of the backoff included, in milliseconds. */
const othersWithin = 45_000;

/** D6b: a message that the cloud ends the link on is dropped, no other is, and none is kept from its ack by that. */
export const poison = ({
  messages,
  faults,
  temper,
  cloudMessages,
  handling,
  latency,
  backoff,
  nextRequestDelay,
}: Plan): Monitor => {
  const isPoisoned = messages.some((message) => message.poison);
  // Nothing else goes wrong, and the app is never behind.
  const isPlain =
    faults.length === 0 &&
    Object.values(temper).every((share) => share === 0) &&
    (handling === 0 || cloudMessages.length === 0);
  const isSteady = latency[1] <= unsteady;
  const isPrompt = backoff === 'aos' && nextRequestDelay === 0; // other waits may be longer than all of that

  let resets = 0;
  const culprits = new Map<string, number | 'reset'>();
  return {
    promise: 'D6b',
    see: (event, book) => {
      if (event.kind === 'accepted' && event.message.poison) culprits.set(event.txn, event.message.poison.code);
      if (event.kind === 'ended' && event.cause === 'ConnectionLostError') resets++;
      if (event.kind === 'report' && event.cause === 'UndeliverableError') {
        const code = culprits.get(event.txn);
        if (code === undefined) return `${event.txn} was given up, and no link ended on it`;
        // A close frame may be lost behind the reset that answers what was still under way.
        const alone = code === 1009 ? 1 + resets : mostTransmissions;
        const most = alone + 2 * (culprits.size - 1);
        return isPlain && isSteady && event.attempt > most
          ? `${event.txn} was given up after ${event.attempt} transmissions, not ${most}`
          : undefined;
      }
      if (event.kind !== 'tick' || !isPoisoned || !isPlain || !isSteady || !isPrompt) return undefined;
      const late = [...book.sheets.values()].find(
        ({ isFinal, txn, acceptedAt }) => !isFinal && !culprits.has(txn) && event.at > acceptedAt + othersWithin,
      );
      return late && `${late.txn} has no fate ${event.at - late.acceptedAt} ms after it was sent`;
    },
  };
};
