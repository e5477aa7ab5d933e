import {
  concat,
  defer,
  EMPTY,
  filter,
  finalize,
  map,
  merge,
  NEVER,
  of,
  retry,
  Subject,
  switchMap,
  tap,
  timer,
  type Observable,
  type SchedulerLike,
} from 'rxjs';
import { GapError, retryAfterOf, SubscriptionEndedError, SubscriptionTimeoutError } from '../errors.js';
import type { LiveLink } from './live-link.js';
import type { Live } from './types.js';
import type { View } from './view.js';

/** Where the subscriptions of a dashboard can be at the moment. */
export type Place =
  /** `seamless` where it took over from a link that was well, so that nothing is stale yet. */
  | { readonly link: LiveLink; readonly seamless: boolean }
  | { readonly link?: undefined; readonly status: 'stale' | 'paused' };

/** What all watches of a dashboard go by; times in milliseconds. */
export interface WatchRules {
  readonly place$: Observable<Place>;
  /** How long an answer to a subscribe may take. */
  readonly answerTimeout: number;
  /** From an error to the next try, where the server is silent. */
  readonly monitorInterval: number;
  /** The same where it refused, and goes on refusing. */
  readonly slowRetry: number;
  readonly preserveState: boolean;
  readonly scheduler: SchedulerLike;
}

/** So often a subscription is asked for, or tried again after a refusal, before it is an error. */
const tries = 3;
/** No wait that a server asks for is longer, in milliseconds. */
const longest = 600_000;

/** The live value of one view: subscribed on each link in turn, with the newest params. */
export const liveValue = <T>(
  view: View<T>,
  params$: Observable<unknown>,
  maxRate: number | undefined,
  rules: WatchRules,
): Observable<Live<T>> => {
  const { place$, preserveState } = rules;
  let current: LiveLink | undefined;
  let first: unknown;

  const at = (place: Place): Observable<Live<T>> => {
    const was = current;
    current = place.link;
    if (!place.link) return of(view.lose(place.status, was?.heardAt));
    return onLink(view, place.link, place.seamless && view.status === 'fresh', maxRate, rules);
  };
  return params$.pipe(
    switchMap((params, index) => {
      if (index === 0) first = params;
      view.change(params);
      return place$.pipe(
        tap(({ link }) => {
          // Without preserved state a lost link takes everything with it, as a reload of the page would.
          if (!preserveState && !link) view.change(first);
        }),
        switchMap((place) => concat(of(0), view.again$).pipe(switchMap(() => at(place)))),
      );
    }),
    finalize(() => {
      const { subId, gen } = view;
      if (gen > 0) current?.send({ messageType: 'unsubscribe', subId, gen });
    }),
  );
};

/** An attempt is one subscribe with what comes of it; a gap, a refusal or silence is its error; the policy is `retry`. */
const onLink = <T>(
  view: View<T>,
  link: LiveLink,
  seamless: boolean,
  maxRate: number | undefined,
  { answerTimeout, monitorInterval, slowRetry, scheduler }: WatchRules,
): Observable<Live<T>> => {
  const notice$ = new Subject<Live<T>>();
  let refusals = 0;
  let gaps = 0;
  let keepsFresh = seamless;

  const attempt$ = defer(() => {
    const message = view.ask(maxRate);
    const resyncing$ = defer(() => (keepsFresh ? EMPTY : of(view.show('resyncing'))));
    const ask = (count: number) => {
      if (count >= tries) throw new SubscriptionTimeoutError(view.topic, answerTimeout);
      link.send(message);
    };
    const asking$ = timer(answerTimeout, answerTimeout, scheduler).pipe(
      switchMap((count) => {
        if (view.answered) return EMPTY;
        keepsFresh = false;
        ask(count + 1);
        return view.status === 'fresh' ? resyncing$ : EMPTY;
      }),
    );
    const answer$ = link.route(view.subId).pipe(
      filter((data) => view.take(data)),
      map(() => {
        refusals = gaps = 0;
        return view.show('fresh');
      }),
    );
    const asked$ = defer(() => {
      ask(0);
      return EMPTY;
    });
    return concat(resyncing$, merge(answer$, asking$, asked$));
  });

  const again = (error: unknown): Observable<unknown> => {
    keepsFresh = false;
    if (error instanceof GapError) {
      view.noteGap();
      if (++gaps >= tries) view.forget(); // what can be resumed does not lead on
      return timer(gaps > tries ? answerTimeout : 0, scheduler);
    }
    if (error instanceof SubscriptionEndedError) {
      if (error.code === 'gone' && refusals++ < tries) {
        view.forget();
        return timer(0, scheduler);
      }
      if (error.retryAfter !== undefined && refusals++ < tries)
        return timer(Math.min(error.retryAfter, longest), scheduler);
    }
    view.forget();
    notice$.next(view.show('error', { error }));
    if (error instanceof SubscriptionTimeoutError) return timer(monitorInterval, scheduler);
    return retryAfterOf(error) === undefined ? NEVER : timer(slowRetry, scheduler);
  };
  return merge(notice$, attempt$.pipe(retry({ delay: again })));
};
