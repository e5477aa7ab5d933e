import { NEVER, type SchedulerLike } from 'rxjs';
import {
  FoldError,
  GapError,
  MisfitError,
  retryAfterOf,
  SubscriptionEndedError,
  SubscriptionTimeoutError,
} from '../errors.js';
import { after as timer } from '../operators/lean.js';
import type { Waiting } from '../operators/resubscribe.js';
import { waitAfter } from './backoff.js';
import type { Live } from './dashboard.js';
import type { LiveLink } from './session.js';
import type { SubscriptionOptions } from './subscription-options.js';
import type { SubscriptionState } from './subscription-state.js';

/** A subscribe is sent, and a refusal or a gap is followed by another try, this often before the failure is shown. */
export const tries = 3;
/** Bounds of a wait that a server asks for, in milliseconds. */
const shortest = 100;
const longest = 600_000;
/** Refusals that no time changes. */
const permanent: ReadonlySet<string> = new Set(['forbidden', 'invalid-params', 'unknown-topic']);

const clamped = (asked: number) => Math.min(Math.max(asked, shortest), longest);

/** A wait in milliseconds, and what is shown meanwhile if that is something else. */
type ShownWait<T> = readonly [duration: number, ...shown: Live<T>[]];

/** The waits between the subscribes of one subscription on one link, and what is shown of each failure. */
export interface SubscriptionRetries<T> {
  /** Returns the time until when the value stays fresh without an answer, by the scheduler; 0 after a failure. */
  readonly freshUntil: () => number;
  /** Returns true if an error was shown since the value was fresh. */
  readonly hasFailed: () => boolean;
  /** A message could be used. */
  readonly succeed: (messageType: string) => void;
  /** The wait for the next subscribe, and what is shown meanwhile. */
  readonly wait: (error: unknown) => Waiting<Live<T>>;
}

/** Begins with the first subscribe on a link. */
export const subscriptionRetries = <T>(
  state: SubscriptionState<T>,
  link: LiveLink,
  keptUntil: number,
  options: SubscriptionOptions,
): SubscriptionRetries<T> => {
  const { answerTimeout, scheduler, onFault, reconnect } = options;
  let freshUntil = keptUntil;
  let failures = 0; // since the value was fresh
  let refusals = 0;
  const countGap = gapCounter(2 * answerTimeout, scheduler);
  let unusable = 0; // messages in a row, since an update could be used

  const afterGap = (error: GapError): ShownWait<T> => {
    state.noteGap();
    const gaps = countGap();
    if (gaps >= tries) state.forget(); // the position to resume from leads to the next gap
    if (gaps <= tries) return [0];
    if (gaps === tries + 1) onFault(error);
    return [answerTimeout, state.show('resyncing')];
  };
  const afterFailure = (error: unknown): ShownWait<T> => {
    const isUnusable = error instanceof FoldError || error instanceof MisfitError;
    if (isUnusable) onFault(error);
    const shown = state.show('error', { error });
    if (!(error instanceof SubscriptionTimeoutError)) state.forget();
    // A snapshot that can be used proves nothing for the updates that follow.
    const count = isUnusable ? Math.max(failures++, unusable++) : failures++;
    return [Math.max(waitAfter(count, options), clamped(retryAfterOf(error) ?? 0)), shown];
  };
  const afterEnd = (error: SubscriptionEndedError): ShownWait<T> => {
    const { code } = error;
    const retryAfter = retryAfterOf(error);
    const isLong = (retryAfter ?? 0) > reconnect.slowRetry; // such a wait is shown with its reason
    if (code === 'gone' && refusals++ < tries) {
      state.forget();
      return [shortest];
    }
    if (retryAfter !== undefined && !isLong && refusals++ < tries) return [clamped(retryAfter)];
    if (code === 'complete' && state.isWhole) {
      // The source has no more to say, for now.
      state.forget();
      return [reconnect.slowRetry, state.show('stale', { reason: 'source', error })];
    }
    const [duration, ...shown] = afterFailure(error);
    return [permanent.has(code) && !isLong ? Infinity : duration, ...shown];
  };
  const after = (error: unknown): ShownWait<T> => {
    if (error instanceof GapError) return afterGap(error);
    if (error instanceof SubscriptionEndedError) return afterEnd(error);
    link.send(state.unsubscribe()); // for the server the subscription is in order
    return afterFailure(error);
  };
  return {
    freshUntil: () => freshUntil,
    hasFailed: () => failures > 0,
    succeed: (messageType) => {
      refusals = failures = 0;
      if (messageType === 'update') unusable = 0;
    },
    wait: (error) => {
      freshUntil = 0;
      const [duration, ...shown] = after(error);
      state.dueAt = scheduler.now() + duration;
      return [duration === Infinity ? NEVER : timer(duration, scheduler), shown];
    },
  };
};

/** Counts the gaps in a row, each within this time of the last, in milliseconds. */
const gapCounter = (within: number, scheduler: SchedulerLike): (() => number) => {
  let gaps = 0;
  let last = -Infinity;
  return () => {
    const now = scheduler.now();
    // A snapshot and an update or two may come before each of them: only time shows that it was the last.
    gaps = now - last > within ? 1 : gaps + 1;
    last = now;
    return gaps;
  };
};
