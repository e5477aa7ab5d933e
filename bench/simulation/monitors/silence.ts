import type { Hang, Plan } from '../model/plan.js';
import { pongTimeout } from '../model/unit-defaults.js';
import { LinkTime } from './link-time.js';
import type { Monitor } from './monitor.js';

/** The transmissions after which a message is dropped that links fell silent on; the most where packets take their time. */
const transmissions = { least: 4, most: 10, mostOnSlowLinks: 16 };
/** With a latency above this, in milliseconds, a ping may be answered too late for a proof. */
const slow = 100;
/** The links that another message can lose to the one that the cloud hangs on. */
const lostLinks = 4;
/** The longest time that another message waits for its ack apart from those links, in milliseconds. */
const othersWithin = 30_000;

/** D6c: a message that the cloud hangs on is dropped in the end, for the right reason, and the others get through. */
export const silence = ({ messages, faults, profile, cloudMessages, handling, ackTimeout, latency }: Plan): Monitor => {
  // Nothing else goes wrong, and the app is never behind.
  const isPlain =
    messages.some(({ hang }) => hang) &&
    faults.length === 0 &&
    Object.values(profile).every((share) => share === 0) &&
    (handling === 0 || cloudMessages.length === 0);
  const linkedWithin = othersWithin + lostLinks * (ackTimeout + pongTimeout);
  const most = latency[1] > slow ? transmissions.mostOnSlowLinks : transmissions.most;
  const culprits = new Map<string, Hang>();
  const linked = new LinkTime();
  const judge = (txn: string, hang: Hang, cause: string | undefined, attempt: number): string | undefined => {
    if (hang === 'no ack')
      return cause === 'AckTimeoutError' ? undefined : `${txn} got no ack, and was dropped for ${cause ?? 'nothing'}`;
    if (cause !== 'UndeliverableError')
      return `links fell silent on ${txn}, and it was dropped for ${cause ?? 'nothing'}`;
    return attempt < transmissions.least || attempt > most
      ? `${txn} was given up after ${attempt} transmissions`
      : undefined;
  };
  return {
    promise: 'D6c',
    see: (event, journal) => {
      if (!isPlain) return undefined;
      linked.see(event, journal);
      if (event.kind === 'accepted' && event.message.hang) culprits.set(event.txn, event.message.hang);
      if (event.kind === 'report' && event.status === 'dropped') {
        const hang = culprits.get(event.txn);
        return hang && judge(event.txn, hang, event.cause, event.attempt);
      }
      if (event.kind !== 'tick') return undefined;
      const late = [...journal.sheets.values()].find(
        ({ isFinal, txn }) => !isFinal && !culprits.has(txn) && linked.since(txn) > linkedWithin,
      );
      return late && `${late.txn} is not settled after ${linked.since(late.txn)} ms with a link`;
    },
  };
};
