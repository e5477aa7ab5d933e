import {
  defer,
  finalize,
  isObservable,
  tap,
  type MonoTypeOperatorFunction,
  type Observable,
  type ObservableInput,
} from 'rxjs';
import { AppError } from '../errors.js';
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
import { roomForOthers, type Room } from './room-for-others.js';
import { sharing, type Wanted, type Watchable } from './sharing.js';
import type { Status } from './state.js';
import { SubscriptionState } from './subscription-state.js';
import { liveValue } from './subscription.js';

/** A subscription that watches share. */
interface Shared<T> extends Watchable<Live<T>> {
  readonly state: SubscriptionState<T>;
}

/** The watches of a dashboard and the subscriptions that they share. */
export class Watches {
  readonly #subscriptions = new Set<SubscriptionState<unknown>>(); // once their params are there
  readonly #settings: DashboardSettings;
  readonly #link: LinkState;
  readonly #onEvent: DashboardMeter;
  readonly #isRunning: () => boolean;
  readonly #share = sharing<Live<unknown>>();
  readonly #room: Room;
  #count = 0;

  constructor(settings: DashboardSettings, link: LinkState, onEvent: DashboardMeter, isRunning: () => boolean) {
    this.#settings = settings;
    this.#link = link;
    this.#onEvent = onEvent;
    this.#isRunning = isRunning;
    this.#room = roomForOthers(() => {
      settings.scheduler.schedule(() => {
        link.part();
      });
    });
  }

  readonly watch: Dashboard['watch'] = <T>(
    topic: string,
    params?: unknown,
    { fold = latest<T>(), maxAge, maxRate }: WatchOptions<T> = {},
  ) =>
    defer(() => {
      const wanted = { topic, params, fold, maxRate };
      const { state, live$ } = this.#share(wanted, () => this.#subscription<T>(wanted));
      const source = {
        scheduler: this.#settings.scheduler,
        age: () => state.ageAt(this.#link.serverTime),
        dataAt: () => state.dataAt,
      };
      const aged$ = maxAge === undefined ? live$ : live$.pipe(sourceSilence(maxAge, source));
      const onStatus = (was: Status | undefined, is?: Status) => {
        if (is !== was) this.#onEvent({ type: 'status', was, is });
      };
      return aged$.pipe(statusChanges(onStatus));
    });

  get subscriptions(): ReadonlySet<SubscriptionState<unknown>> {
    return this.#subscriptions;
  }

  /** Asks again for everything that shows an error. */
  retry(): void {
    for (const state of this.#subscriptions) if (state.status === 'error') state.again();
  }

  #subscription<T>({ topic, params, fold, maxRate }: Wanted & { readonly fold: Fold<T> }): Shared<T> {
    const settings = this.#settings;
    const state = new SubscriptionState<T>(`s${++this.#count}`, topic, fold, (type) => {
      this.#onEvent({ type, watch: state });
    });
    const source: ObservableInput<unknown> = isObservable(params) ? params : [params];
    const params$ = concatOf(source).pipe(tap(() => this.#subscriptions.add(state as SubscriptionState<unknown>)));
    const options = { ...settings, maxRate, status$: this.#link.status$ };
    const live$ = liveValue(state, params$, options).pipe(
      retryParams(state, settings),
      tap(({ error }) => {
        this.#room.note(state, error);
      }),
      finalize(() => {
        this.#subscriptions.delete(state as SubscriptionState<unknown>);
        this.#room.leave(state);
      }),
    );
    return { state, live$, unwanted: () => this.#unwanted(state) };
  }

  /** Emits when a subscription that nobody watches is to be given up. */
  #unwanted({ status }: { readonly status: Status }): Observable<unknown> {
    const { unsubscribeAfter, scheduler } = this.#settings;
    if (!this.#isRunning() || status === 'error') return concatOf([0]);
    return mergeOf(after(unsubscribeAfter, scheduler), this.#link.parted$);
  }
}

/** Shows an Observable of params that failed as an error, and subscribes to it again. */
const retryParams =
  <T>(
    state: SubscriptionState<T>,
    { reconnect, random, scheduler, onFault }: DashboardSettings,
  ): MonoTypeOperatorFunction<Live<T>> =>
  (live$) => {
    let failures = 0;
    return live$.pipe(
      resubscribe((cause) => {
        const error = new AppError(`the params of ${state.topic}`, cause);
        onFault(error);
        const end$ = mergeOf(state.again$, after(waitAfter(failures++, reconnect, random), scheduler));
        return [end$, [state.show('error', { error })]];
      }),
    );
  };

/** Calls `onStatus` with each status of a watch, which is undefined before its first value and after its end. */
const statusChanges =
  <T>(onStatus: (was: Status | undefined, is?: Status) => void): MonoTypeOperatorFunction<Live<T>> =>
  (live$) => {
    let last: Status | undefined;
    const change = (status?: Status) => {
      onStatus(last, status);
      last = status;
    };
    return live$.pipe(
      tap(({ status }) => {
        change(status);
      }),
      finalize(change),
    );
  };
