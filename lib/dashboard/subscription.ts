import {
  defer,
  distinctUntilChanged,
  EMPTY,
  filter,
  finalize,
  map,
  mergeMap,
  NEVER,
  Subject,
  switchMap,
  takeWhile,
  tap,
  type Observable,
  type SchedulerLike,
} from 'rxjs';
import {
  FoldError,
  GapError,
  MisfitError,
  retryAfterOf,
  SubscriptionEndedError,
  SubscriptionTimeoutError,
} from '../errors.js';
import { after, concatOf, mergeOf } from '../operators/lean.js';
import { again } from '../operators/retry-policy.js';
import type { LiveLink } from './session.js';
import { canonical } from './sharing.js';
import { waitAfter as backoff, type ReconnectSettings } from './backoff.js';
import type { Live } from './dashboard.js';
import type { View } from './subscription-state.js';

/** Where the subscriptions of a dashboard can be at the moment. */
export type Place =
  /**
   * Where it took over from a link that was not lost yet, what was fresh there stays so until it is answered here, but no
   * longer than that link could have been alive: `freshUntil`, by the scheduler. 0 where there was none.
   */
  | { readonly link: LiveLink; readonly freshUntil: number }
  | { readonly link?: undefined; readonly status: 'stale' | 'paused' };

/** What all watches of a dashboard go by; times in milliseconds. */
export interface WatchRules {
  readonly place$: Observable<Place>;
  /** Told of a fold that threw. */
  readonly onFault: (fault: unknown) => void;
  /** How long an answer to a subscribe may take. */
  readonly answerTimeout: number;
  /** From an error to the next try the waits double as those of the link do, but have no end. */
  readonly reconnect: ReconnectSettings;
  readonly random: () => number;
  readonly preserveState: boolean;
  readonly scheduler: SchedulerLike;
}

/** So often a subscription is asked for, or tried again after a refusal, before it is an error. */
const tries = 3;
/** Bounds of a wait that a server asks for, in milliseconds. */
const shortest = 100;
const longest = 600_000;
/** Refusals that no time changes. */
const permanent: ReadonlySet<string> = new Set(['forbidden', 'invalid-params', 'unknown-topic']);

/** The live value of one view: subscribed on each link in turn, with the newest params. */
export const liveValue = <T>(
  view: View<T>,
  params$: Observable<unknown>,
  maxRate: number | undefined,
  rules: WatchRules,
): Observable<Live<T>> => {
  const { place$, preserveState } = rules;
  let place: Place | undefined;
  let current: LiveLink | undefined;
  let first: { readonly params: unknown } | undefined;
  let freshUntil = 0;

  const enter = () => {
    const was = current;
    current = place?.link;
    if (!place?.link) return [view.lose(place?.status ?? 'stale', was?.heardAt)];
    // What was not answered on the link before goes by the one before that.
    freshUntil = view.isWhole ? place.freshUntil : Math.min(freshUntil, place.freshUntil);
    const keepsFresh = view.status === 'fresh' && !view.isOther;
    return onLink(view, place.link, keepsFresh ? freshUntil : 0, maxRate, rules);
  };
  const change = (params: unknown) => {
    first ??= { params };
    view.change(params);
  };
  const move = (next: Place) => {
    place = next;
    // Without preserved state a lost link takes everything with it, as a reload of the page would.
    if (!preserveState && current && !next.link) view.change(first?.params);
  };
  // The place comes last, so that of params that come all at once only the newest are asked for.
  return mergeOf(params$.pipe(distinctUntilChanged(isSame), tap(change)), view.again$, place$.pipe(tap(move))).pipe(
    filter(() => first !== undefined && place !== undefined),
    switchMap(enter),
    finalize(() => {
      if (view.gen > 0) current?.send(view.unsubscribe());
    }),
  );
};

const clamped = (asked: number) => Math.min(Math.max(asked, shortest), longest);

const isSame = (one: unknown, other: unknown) => Object.is(one, other) || (canonical(one) ?? one) === canonical(other);

/** An attempt is one subscribe with what comes of it; a gap, a refusal or silence is its error; the policy is `waitAfter`. */
const onLink = <T>(
  view: View<T>,
  link: LiveLink,
  freshUntil: number,
  maxRate: number | undefined,
  { answerTimeout, reconnect, random, onFault, scheduler }: WatchRules,
): Observable<Live<T>> => {
  const notice$ = new Subject<Live<T>>();
  let refusals = 0;
  let gaps = 0; // that followed each other within twice the answer timeout
  let gapAt = -Infinity;
  let failures = 0; // errors that were shown since it was fresh
  let unusable = 0; // the same of what came, since an update could be used
  let keepsFresh = freshUntil > scheduler.now();

  const attempt$ = defer(() => {
    const message = view.ask(maxRate);
    const { steps: asking } = view;
    let steps = asking;
    let asked = 0;
    // An error stays in sight while it is asked again.
    const resyncing$ = defer(() => (keepsFresh || failures > 0 ? [] : [view.show('resyncing')]));
    const ask = () => {
      link.send(message);
    };
    const expect = () => {
      view.dueAt = link.answers ? scheduler.now() + answerTimeout : Infinity;
    };
    const asking$ = after(answerTimeout, answerTimeout, scheduler).pipe(
      // eslint-disable-next-line rxjs-x/no-ignored-takewhile-value -- what changes is the view, not the count of the timer
      takeWhile(() => !view.isWhole),
      mergeMap(() => {
        if (view.steps > steps)
          asked = 0; // parts of it come
        else if (link.answers && ++asked >= tries) throw new SubscriptionTimeoutError(view.topic, answerTimeout);
        else if (link.answers && steps === asking) ask();
        steps = view.steps;
        expect();
        // Nothing is lost: there is nothing yet.
        return link.answers || view.status !== 'resyncing' ? EMPTY : [view.show('stale', { reason: 'source' })];
      }),
    );
    const late$ = defer(() =>
      keepsFresh ? after(Math.min(answerTimeout, freshUntil - scheduler.now()), scheduler) : EMPTY,
    ).pipe(
      filter(() => !view.isWhole && view.status === 'fresh'),
      map(() => view.show('resyncing')),
    );
    const answer$ = link.route(view.subId).pipe(
      filter((data) => view.take(data)),
      map(({ messageType }) => {
        refusals = failures = 0;
        if (messageType === 'update') unusable = 0;
        return view.show('fresh');
      }),
    );
    const asked$ = defer(() => {
      expect();
      ask();
      return EMPTY;
    });
    return concatOf(resyncing$, mergeOf(answer$, asking$, late$, asked$));
  });

  const wait = (duration: number) => {
    view.dueAt = scheduler.now() + duration;
    return duration === Infinity ? NEVER : after(duration, scheduler);
  };
  const waitAfter = (error: unknown): Observable<unknown> => {
    keepsFresh = false;
    const retryAfter = retryAfterOf(error) ?? 0;
    const isLong = retryAfter > reconnect.slowRetry; // nobody waits for so long without knowing why
    if (error instanceof GapError) {
      view.noteGap();
      const now = scheduler.now();
      // A snapshot and an update or two may come before each of them: only time shows that it was the last.
      gaps = now - gapAt > 2 * answerTimeout ? 1 : gaps + 1;
      gapAt = now;
      if (gaps >= tries) view.forget(); // what can be resumed does not lead on
      if (gaps <= tries) return wait(0);
      notice$.next(view.show('resyncing'));
      return wait(answerTimeout);
    }
    if (error instanceof SubscriptionEndedError) {
      if (error.code === 'gone' && refusals++ < tries) {
        view.forget();
        return wait(shortest);
      }
      if (error.retryAfter !== undefined && !isLong && refusals++ < tries) return wait(clamped(error.retryAfter));
    } else link.send(view.unsubscribe()); // the server thinks that all is well
    if (error instanceof SubscriptionEndedError && error.code === 'complete' && view.isWhole) {
      // Its source has no more to say, for now.
      notice$.next(view.show('stale', { reason: 'source', error }));
      view.forget();
      return wait(reconnect.slowRetry);
    }
    const isUnusable = error instanceof FoldError || error instanceof MisfitError;
    if (isUnusable) onFault(error);
    notice$.next(view.show('error', { error }));
    if (!(error instanceof SubscriptionTimeoutError)) view.forget();
    if (error instanceof SubscriptionEndedError && permanent.has(error.code) && !isLong) return wait(Infinity);
    // A snapshot that can be used proves nothing for the updates that follow.
    const failed = isUnusable ? Math.max(failures++, unusable++) : failures++;
    return wait(Math.max(backoff(failed, reconnect, random), clamped(retryAfter)));
  };
  return mergeOf(notice$, attempt$.pipe(again(waitAfter)));
};
