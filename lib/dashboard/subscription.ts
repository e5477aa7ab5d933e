import { distinctUntilChanged, filter, finalize, map, switchMap, type Observable } from 'rxjs';
import { inspect } from '../operators/inspect.js';
import { after, concatOf, mergeOf } from '../operators/lean.js';
import { resubscribe } from '../operators/resubscribe.js';
import { SubscriptionEndedError } from '../errors.js';
import { waitAfter } from './backoff.js';
import type { Live } from './dashboard.js';
import type { LinkStatus } from './link-state.js';
import type { LiveLink } from './session.js';
import { canonical } from './sharing.js';
import { subscribeOnce } from './subscribe-once.js';
import { subscriptionRetries, tries } from './subscription-retries.js';
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
  let ends = 0; // links in a row that ended before it was answered
  let gen = 0; // before the current link, as the steps
  let steps = 0;

  /** A server may end each link on this subscription: it lets those of others be answered first. */
  const inTurn = (live$: Observable<Live<T>>) => {
    if (ends === suspected) options.onFault(unanswered(state.topic));
    const { scheduler } = options;
    const wait = waitAfter(ends - tries, options);
    state.dueAt = scheduler.now() + wait;
    return concatOf([state.show('resyncing')], after(wait, scheduler).pipe(switchMap(() => live$)));
  };
  const follow = () => {
    const former = current;
    current = status?.link;
    const isOther = former !== current;
    if (former && !status?.link && status?.status === 'stale' && state.gen > gen)
      ends = state.steps - steps > state.gen - gen ? 0 : ends + 1; // a refusal is an answer as well
    if (isOther) [gen, steps] = [state.gen, state.steps];
    if (!status?.link) return [state.lose(status?.status ?? 'stale', former?.heardAt)];
    if (!first) return [state.show('resyncing')];
    // What was not answered on the former link keeps the limit of the link before that.
    freshUntil = state.isWhole ? status.freshUntil : Math.min(freshUntil, status.freshUntil);
    const keepsFresh = state.status === 'fresh' && !state.isOther;
    const live$ = onLink(state, status.link, keepsFresh ? freshUntil : 0, options);
    return isOther && ends >= tries ? inTurn(live$) : live$;
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
  return mergeOf(
    params$.pipe(distinctUntilChanged(Object.is, textOf), map(copied), inspect(change)),
    state.again$,
    status$.pipe(inspect(move)),
  ).pipe(
    filter(() => status !== undefined),
    switchMap(follow),
    finalize(() => {
      if (state.gen > 0) current?.send(state.unsubscribe());
    }),
  );
};

/** After so many such ends in a row the failure is reported. */
const suspected = 2 * tries;

const unanswered = (topic: string) =>
  new SubscriptionEndedError(topic, 'failed', { reason: `${suspected} links in a row ended before it was answered` });

const textOf = (params: unknown): unknown => canonical(params) ?? params;

/** The app may change its object, and a position belongs to what was subscribed. */
const copied = (params: unknown): unknown =>
  textOf(params) === params ? params : (JSON.parse(JSON.stringify(params)) as unknown);

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
