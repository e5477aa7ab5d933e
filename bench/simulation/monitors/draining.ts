import type { Plan } from '../model/plan.js';
import { pongTimeout } from '../model/unit-defaults.js';
import type { Monitor } from './monitor.js';

/** The longest time that a message may stay that the cloud ends links or hangs on, in milliseconds. */
const poisoning = 300_000;
/**
 * The longest time until a message that was in flight at several ends in a row is sent alone, in milliseconds: a minute on a
 * link that lasts, after half a minute on one that was dead already.
 */
const suspicion = 90_000;
/** A nack that asks for less waits no longer than this, in milliseconds. */
const longestFloor = 10_000;
/** The longest time a unit with slow handlers reads nothing, in milliseconds. */
const longestPause = 250;
/** Of the waits after the healing, so many are for what went wrong before. */
const furtherWaits = 2;

/** D2: once the faults are over, all drains within the longest wait and two ack timeouts. */
export const draining = (plan: Plan): Monitor => {
  const { ackTimeout, connectTimeout, latency, messages, maxInFlight, handling, cloudMessages, maxUnhandled, store } =
    plan;
  const roundTrips = (Math.ceil(messages.length / maxInFlight) + 8) * 2 * latency[1];
  const handlingAll = maxUnhandled === 1 ? cloudMessages.length * (handling + longestPause) : 0;
  // A handler that hangs is cut off, and its message comes again after ten seconds.
  const handled =
    plan.handlers.length > 0
      ? plan.handlerTimeout + 20_000 + plan.cloudMessages.length * plan.handlers.length * 3000
      : 0;
  // Bytes that leave after a ping of the unit begin its wait for a pong again.
  const moving = plan.faults.some(({ kind }) => kind === 'slow-reader') ? pongTimeout : 0;
  const storing = store === 'slow' ? 5000 : 0;
  // What links end on is kept back until a link has lasted for some time without it, and each of those in its turn.
  const poisonous = messages.filter(({ poison, hang }) => poison ?? hang).length * poisoning;
  const most = pongTimeout + 2 * ackTimeout + roundTrips + handlingAll + handled + moving + storing + poisonous + 1000;
  let waitsUntil = 0;
  let heldUntil = 0;
  let isTrying = false;
  let deadline = Infinity;
  let waits = 0;
  let isHeldBack = false;
  return {
    promise: 'D2',
    see: (event, journal) => {
      if (event.at > deadline && event.kind === 'tick') {
        const left = [...journal.sheets.values()].filter(({ isFinal }) => !isFinal).map(({ txn }) => txn);
        return `not drained ${event.at - plan.healAt} ms after the healing: ${left.join(', ') || 'messages of the cloud'}`;
      }
      if (event.kind === 'hears' && event.frame === 'nack') {
        heldUntil = Math.max(heldUntil, event.at + Math.max(event.retryAfter ?? 0, longestFloor));
        if (deadline < Infinity) deadline = Math.max(deadline, heldUntil + most);
      }
      if (event.kind === 'dial' || event.kind === 'discover') isTrying = true;
      if (event.kind === 'opened' || event.kind === 'process') isTrying = false;
      if (event.kind === 'process') waitsUntil = 0;
      if (event.kind === 'state' && event.state === 'waiting' && !journal.isAgain(event)) {
        isTrying = false;
        waitsUntil = event.at + (event.delay ?? 0);
        if (deadline < Infinity && waits++ < furtherWaits) deadline += event.delay ?? 0;
      }
      if (event.kind === 'healed')
        deadline =
          Math.max(event.at + (isTrying ? connectTimeout : 0), waitsUntil, heldUntil, journal.frozenUntil) + most;
      // What went wrong before the healing may end a link a little later.
      if (deadline < Infinity && !isHeldBack && journal.hasSuspects) {
        isHeldBack = true;
        deadline += suspicion;
      }
      // A stop that was under way is followed by another process.
      if (deadline < Infinity && event.kind === 'process' && event.what === 'started')
        deadline = Math.max(deadline, event.at + most);
      if (event.kind === 'drained') deadline = Infinity;
      return undefined;
    },
  };
};
