import type { Plan } from '../model/plan.js';
import { LinkTime } from './link-time.js';
import type { Monitor } from './monitor.js';

/** So many transmissions may end the link, and one that is too big only one; another such message may cost one more. */
const mostTransmissions = 4;
/**
 * With a latency above this, in milliseconds, the end on a message that is sent alone may come too late to be proof.
 */
const unsteady = 100;
/** Every other message has its ack after so long with a link, in milliseconds; without one, nothing can have it. */
const othersWithin = 30_000;

/** D6b: a message that the cloud ends the link on is dropped, no other is, and none is kept from its ack by that. */
export const poison = ({
  messages,
  faults,
  profile,
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
    Object.values(profile).every((share) => share === 0) &&
    (handling === 0 || cloudMessages.length === 0);
  const isSteady = latency[1] <= unsteady;
  // The waits without a link fit into that time as well.
  const isPrompt = isSteady && backoff === 'aos' && nextRequestDelay === 0;

  // Where packets take long, the search for a second message may take as long as the first.
  const linkedWithin = othersWithin * (isSteady ? 1 : messages.filter((message) => message.poison).length);

  let resets = 0;
  const silent = new Set<string>(); // which another monitor judges
  const culprits = new Map<string, number | 'reset'>();
  const linked = new LinkTime();
  return {
    promise: 'D6b',
    see: (event, journal) => {
      linked.see(event, journal);
      if (event.kind === 'accepted' && event.message.poison) culprits.set(event.txn, event.message.poison.code);
      if (event.kind === 'accepted' && event.message.hang === 'silence') silent.add(event.txn);
      if (event.kind === 'ended' && event.cause === 'ConnectionLostError') resets++;
      if (event.kind === 'report' && event.cause === 'UndeliverableError' && !silent.has(event.txn)) {
        const code = culprits.get(event.txn);
        if (code === undefined) return `${event.txn} was given up, and no link ended on it`;
        // A close frame may be lost behind the reset that answers what was still under way.
        const alone = code === 1009 ? 1 + resets : mostTransmissions;
        const most = alone + (isSteady ? 0 : 1) + (culprits.size - 1);
        return isPlain && event.attempt > most
          ? `${event.txn} was given up after ${event.attempt} transmissions, not ${most}`
          : undefined;
      }
      if (event.kind !== 'tick' || !isPoisoned || !isPlain) return undefined;
      const late = [...journal.sheets.values()].find(
        ({ isFinal, txn, acceptedAt }) =>
          !isFinal &&
          !culprits.has(txn) &&
          (linked.since(txn) > linkedWithin || (isPrompt && event.at > acceptedAt + othersWithin)),
      );
      return late && `${late.txn} has no fate after ${linked.since(late.txn)} ms with a link`;
    },
  };
};
