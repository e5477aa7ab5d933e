import {
  defer,
  finalize,
  isObservable,
  type MonoTypeOperatorFunction,
  type Observable,
  type ObservableInput,
} from 'rxjs';
import { AppError } from '../errors.js';
import { inspect } from '../operators/inspect.js';
import { after, concatOf, mergeOf } from '../operators/lean.js';
import { resubscribe } from '../operators/resubscribe.js';
import { waitAfter } from './backoff.js';
import type { Dashboard, Live, WatchOptions } from './dashboard.js';
import type { DashboardMeter } from './events.js';
import type { Fold } from './folds/fold.js';
import { latest } from './folds/latest.js';
import type { LinkState } from './link-state.js';
import { sourceSilence } from './max-age.js';
import type { DashboardSettings } from './options.js';
import { roomForOthers } from './room-for-others.js';
import { sharing, type Wanted, type Watchable } from './sharing.js';
import type { Status } from './state.js';
import { SubscriptionState } from './subscription-state.js';
import { liveValue } from './subscription.js';

/** A subscription that watches share. */
interface Shared<T> extends Watchable<Live<T>> {
  readonly state: SubscriptionState<T>;
}

/** The watches of a dashboard and the subscriptions that they share. */
export interface Watches {
  /** The subscriptions, once their params are there. */
  readonly subscriptions: ReadonlySet<SubscriptionState<unknown>>;
  readonly watch: Dashboard['watch'];
  /** Asks again for everything that shows an error. */
  readonly retry: () => void;
}

/** Begins without any watch. */
export const watchesOf = (
  settings: DashboardSettings,
  link: LinkState,
  onEvent: DashboardMeter,
  isRunning: () => boolean,
): Watches => {
  const { scheduler, unsubscribeAfter } = settings;
  const subscriptions = new Set<SubscriptionState<unknown>>();
  const share = sharing<Live<unknown>>();
  const room = roomForOthers(() => {
    scheduler.schedule(link.part);
  });
  let count = 0;

  /** Emits when a subscription that nobody watches is to be given up. */
  const unwanted = ({ status }: { readonly status: Status }): Observable<unknown> =>
    !isRunning() || status === 'error' ? concatOf([0]) : mergeOf(after(unsubscribeAfter, scheduler), link.parted$);

  const subscription = <T>({ topic, params, fold, maxRate }: Wanted & { readonly fold: Fold<T> }): Shared<T> => {
    const state = new SubscriptionState<T>(`s${++count}`, topic, fold, (type) => {
      onEvent({ type, watch: state });
    });
    const known = state as SubscriptionState<unknown>;
    const source: ObservableInput<unknown> = isObservable(params) ? params : [params];
    const params$ = concatOf(source).pipe(inspect(() => subscriptions.add(known)));
    const live$ = liveValue(state, params$, { ...settings, maxRate, status$: link.status$ }).pipe(
      retryParams(state, settings),
      inspect(({ error }) => {
        room.note(state, error);
      }),
      finalize(() => {
        subscriptions.delete(known);
        room.leave(state);
      }),
    );
    return { state, live$, unwanted: () => unwanted(state) };
  };

  return {
    subscriptions,
    watch: <T>(topic: string, params?: unknown, { fold = latest<T>(), maxAge, maxRate }: WatchOptions<T> = {}) =>
      defer(() => {
        const wanted = { topic, params, fold, maxRate };
        const { state, live$ } = share(wanted, () => subscription<T>(wanted));
        const source = { scheduler, age: () => state.ageAt(link.serverTime()), dataAt: () => state.dataAt };
        const aged$ = maxAge === undefined ? live$ : live$.pipe(sourceSilence(maxAge, source));
        let was: Status | undefined;
        const change = (is?: Status) => {
          if (is !== was) onEvent({ type: 'status', was, is });
          was = is;
        };
        return aged$.pipe(
          inspect(({ status }) => {
            change(status);
          }),
          finalize(change),
        );
      }),
    retry: () => {
      for (const state of subscriptions) if (state.status === 'error') state.again();
    },
  };
};

/** Shows an Observable of params that failed as an error, and subscribes to it again. */
const retryParams =
  <T>(state: SubscriptionState<T>, settings: DashboardSettings): MonoTypeOperatorFunction<Live<T>> =>
  (live$) => {
    let failures = 0;
    return live$.pipe(
      resubscribe((cause) => {
        const error = new AppError(`the params of ${state.topic}`, cause);
        settings.onFault(error);
        const end$ = mergeOf(state.again$, after(waitAfter(failures++, settings), settings.scheduler));
        return [end$, [state.show('error', { error })]];
      }),
    );
  };
