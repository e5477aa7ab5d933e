import { distinctUntilChanged, filter, finalize, switchMap, tap, type Observable } from 'rxjs';
import { mergeOf } from '../operators/lean.js';
import { resubscribe } from '../operators/resubscribe.js';
import type { Live } from './dashboard.js';
import type { LinkStatus } from './link-state.js';
import type { LiveLink } from './session.js';
import { canonical } from './sharing.js';
import { subscribeOnce } from './subscribe-once.js';
import { subscriptionRetries } from './subscription-retries.js';
import type { SubscriptionOptions } from './subscription-options.js';
import type { SubscriptionState } from './subscription-state.js';

/** The live value of one subscription, which is made on each link in turn, with the newest params. */
export const liveValue = <T>(
  state: SubscriptionState<T>,
  params$: Observable<unknown>,
  options: SubscriptionOptions,
): Observable<Live<T>> => {
  const { status$, preserveState } = options;
  let status: LinkStatus | undefined;
  let current: LiveLink | undefined;
  let first: { readonly params: unknown } | undefined;
  let freshUntil = 0;

  const follow = () => {
    const former = current;
    current = status?.link;
    if (!status?.link) return [state.lose(status?.status ?? 'stale', former?.heardAt)];
    if (!first) return [state.show('resyncing')];
    // What was not answered on the former link keeps the limit of the link before that.
    freshUntil = state.isWhole ? status.freshUntil : Math.min(freshUntil, status.freshUntil);
    const keepsFresh = state.status === 'fresh' && !state.isOther;
    return onLink(state, status.link, keepsFresh ? freshUntil : 0, options);
  };
  const change = (params: unknown) => {
    first ??= { params };
    state.change(params);
  };
  const move = (next: LinkStatus) => {
    status = next;
    // Without preserved state a lost link takes everything with it, as a reload of the page would.
    if (!preserveState && current && !next.link) state.change(first?.params);
  };
  // The status comes last, so that of params that come all at once only the newest are subscribed.
  return mergeOf(params$.pipe(distinctUntilChanged(isSame), tap(change)), state.again$, status$.pipe(tap(move))).pipe(
    filter(() => status !== undefined),
    switchMap(follow),
    finalize(() => {
      if (state.gen > 0) current?.send(state.unsubscribe());
    }),
  );
};

const isSame = (one: unknown, other: unknown) => Object.is(one, other) || (canonical(one) ?? one) === canonical(other);

/** Subscribes on a link, and again after each gap, refusal or silence. */
const onLink = <T>(
  state: SubscriptionState<T>,
  link: LiveLink,
  freshUntil: number,
  options: SubscriptionOptions,
): Observable<Live<T>> => {
  const retries = subscriptionRetries(state, link, freshUntil, options);
  return subscribeOnce(state, link, retries, options).pipe(resubscribe(retries.wait));
};
