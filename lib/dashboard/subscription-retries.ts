import { NEVER } from 'rxjs';
import {
  FoldError,
  GapError,
  MisfitError,
  retryAfterOf,
  SubscriptionEndedError,
  SubscriptionTimeoutError,
} from '../errors.js';
import { after } from '../operators/lean.js';
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
export class SubscriptionRetries<T> {
  /** Until when the value stays fresh without an answer, by the scheduler; 0 after a failure. */
  freshUntil: number;
  /** The errors that were shown since the value was fresh. */
  failures = 0;
  readonly #state: SubscriptionState<T>;
  readonly #link: LiveLink;
  readonly #options: SubscriptionOptions;
  #refusals = 0;
  #gaps = 0; // in a row, each within twice the answer timeout of the last
  #gapAt = -Infinity;
  #unusable = 0; // messages in a row, since an update could be used

  constructor(state: SubscriptionState<T>, link: LiveLink, freshUntil: number, options: SubscriptionOptions) {
    this.#state = state;
    this.#link = link;
    this.freshUntil = freshUntil;
    this.#options = options;
  }

  /** A message could be used. */
  succeed(messageType: string): void {
    this.#refusals = this.failures = 0;
    if (messageType === 'update') this.#unusable = 0;
  }

  /** The wait for the next subscribe, and what is shown meanwhile. */
  wait(error: unknown): Waiting<Live<T>> {
    this.freshUntil = 0;
    const [duration, ...shown] = error instanceof GapError ? this.#afterGap(error) : this.#afterEnd(error);
    const { scheduler } = this.#options;
    this.#state.dueAt = scheduler.now() + duration;
    return [duration === Infinity ? NEVER : after(duration, scheduler), shown];
  }

  #afterGap(error: GapError): ShownWait<T> {
    const state = this.#state;
    const { answerTimeout, scheduler, onFault } = this.#options;
    state.noteGap();
    const now = scheduler.now();
    // A snapshot and an update or two may come before each of them: only time shows that it was the last.
    this.#gaps = now - this.#gapAt > 2 * answerTimeout ? 1 : this.#gaps + 1;
    this.#gapAt = now;
    if (this.#gaps >= tries) state.forget(); // the position to resume from leads to the next gap
    if (this.#gaps <= tries) return [0];
    if (this.#gaps === tries + 1) onFault(error);
    return [answerTimeout, state.show('resyncing')];
  }

  #afterEnd(error: unknown): ShownWait<T> {
    const state = this.#state;
    const { slowRetry } = this.#options.reconnect;
    if (!(error instanceof SubscriptionEndedError)) {
      this.#link.send(state.unsubscribe()); // for the server the subscription is in order
      return this.#afterFailure(error);
    }
    const { code } = error;
    const retryAfter = retryAfterOf(error);
    const isLong = (retryAfter ?? 0) > slowRetry; // such a wait is shown with its reason
    if (code === 'gone' && this.#refusals++ < tries) {
      state.forget();
      return [shortest];
    }
    if (retryAfter !== undefined && !isLong && this.#refusals++ < tries) return [clamped(retryAfter)];
    if (code === 'complete' && state.isWhole) {
      // The source has no more to say, for now.
      state.forget();
      return [slowRetry, state.show('stale', { reason: 'source', error })];
    }
    const [duration, ...shown] = this.#afterFailure(error);
    return [permanent.has(code) && !isLong ? Infinity : duration, ...shown];
  }

  #afterFailure(error: unknown): ShownWait<T> {
    const { onFault, reconnect, random } = this.#options;
    const isUnusable = error instanceof FoldError || error instanceof MisfitError;
    if (isUnusable) onFault(error);
    const shown = this.#state.show('error', { error });
    if (!(error instanceof SubscriptionTimeoutError)) this.#state.forget();
    // A snapshot that can be used proves nothing for the updates that follow.
    const failures = isUnusable ? Math.max(this.failures++, this.#unusable++) : this.failures++;
    return [Math.max(waitAfter(failures, reconnect, random), clamped(retryAfterOf(error) ?? 0)), shown];
  }
}
