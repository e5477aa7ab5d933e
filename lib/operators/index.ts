/**
 * The RxJS operators that the unit and the dashboard are composed of, each with a marble spec.
 *
 * May import: collections, errors.
 *
 * @module
 */
export { ackTimeout, type AckTimeoutOptions, type Lost, type Outcome, type Reply } from './ack-timeout.js';
export {
  aos,
  fleet,
  type Backoff,
  type BackoffContext,
  type BackoffOptions,
  type BackoffStep,
  type FleetOptions,
} from './backoff.js';
export { deadLink, type DeadLinkOptions, type Link } from './dead-link.js';
export { expire, type ExpireOptions, type Expiring } from './expire.js';
export { handleInOrder, type HandleInOrderOptions } from './handle-in-order.js';
export { makeBeforeBreak, type MakeBeforeBreakOptions } from './make-before-break.js';
export { markDuplicates, type Marked, type MarkDuplicatesOptions } from './mark-duplicates.js';
export {
  outgoingQueue,
  type WritableSocket,
  type OutgoingQueueOptions,
  type Queued,
  type Released,
} from './outgoing-queue.js';
export type { Suspectable, Suspicion } from './suspicion.js';
export type { Uplink, UplinkSocket } from './uplink.js';
export { proveStable, type ProveStableOptions } from './prove-stable.js';
export { resend, type Resendable, type ResendOptions, type Verdict } from './resend.js';
export { retryAfter, type Delayed } from './retry-after.js';
export type { RetryWithBackoffOptions, Wait } from './retry-options.js';
export { retryWithBackoff } from './retry-with-backoff.js';
export { tryInTurn, type TryInTurnOptions } from './try-in-turn.js';
