import { defer, EMPTY, filter, map, mergeMap, takeWhile, type Observable } from 'rxjs';
import { SubscriptionTimeoutError } from '../errors.js';
import { after, concatOf, mergeOf } from '../operators/lean.js';
import type { Live } from './dashboard.js';
import type { LiveLink } from './session.js';
import { tries, type SubscriptionRetries } from './subscription-retries.js';
import type { SubscriptionOptions } from './subscription-options.js';
import type { SubscriptionState } from './subscription-state.js';

/**
 * One subscribe with all that comes of it. Fails with a GapError, with the error that the server ended it with, or with a
 * SubscriptionTimeoutError.
 */
export const subscribeOnce = <T>(
  state: SubscriptionState<T>,
  link: LiveLink,
  retries: SubscriptionRetries<T>,
  { answerTimeout, maxRate, scheduler }: SubscriptionOptions,
): Observable<Live<T>> =>
  defer(() => {
    const message = state.ask(maxRate);
    const kept = retries.freshUntil() - scheduler.now();
    const keepsFresh = kept > 0;
    const send = () => {
      link.send(message);
    };
    const expect = () => {
      state.dueAt = link.answers ? scheduler.now() + answerTimeout : Infinity;
    };
    const remind = reminder(state, link, answerTimeout, send);
    const answer$ = link.route(state.subId).pipe(
      filter((answer) => state.take(answer, link.time)),
      map(({ messageType }) => {
        retries.succeed(messageType);
        return state.show('fresh');
      }),
    );
    const silence$ = after(answerTimeout, scheduler, answerTimeout).pipe(
      // eslint-disable-next-line rxjs-x/no-ignored-takewhile-value -- the state changes, not the count of the timer
      takeWhile(() => !state.isWhole),
      mergeMap(() => {
        remind();
        expect();
        // Nothing is lost: there is nothing yet.
        return link.answers || state.status !== 'resyncing' ? EMPTY : [state.show('stale', { reason: 'source' })];
      }),
    );
    const late$ = keepsFresh
      ? after(Math.min(answerTimeout, kept), scheduler).pipe(
          filter(() => !state.isWhole && state.status === 'fresh'),
          map(() => state.show('resyncing')),
        )
      : EMPTY;
    const asked$ = defer(() => {
      expect();
      send();
      return EMPTY;
    });
    // An error stays in sight while it is asked again.
    const resyncing = keepsFresh || retries.hasFailed() ? [] : [state.show('resyncing')];
    return concatOf(resyncing, mergeOf(answer$, silence$, late$, asked$));
  });

/** Sends a subscribe again while nothing comes of it. Throws a SubscriptionTimeoutError the third time. */
const reminder = <T>(state: SubscriptionState<T>, link: LiveLink, answerTimeout: number, send: () => void) => {
  const { steps: asking } = state;
  let steps = asking;
  let asked = 0;
  return () => {
    if (state.steps > steps)
      asked = 0; // parts of it come
    else if (link.answers && ++asked >= tries) throw new SubscriptionTimeoutError(state.topic, answerTimeout);
    else if (link.answers && steps === asking) send();
    steps = state.steps;
  };
};
