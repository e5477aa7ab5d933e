import {
  BehaviorSubject,
  catchError,
  concat,
  defer,
  distinctUntilChanged,
  finalize,
  isObservable,
  map,
  merge,
  of,
  Subject,
  Subscription,
  switchMap,
  NEVER,
  timer,
  type Observable,
} from 'rxjs';
import type { Wait } from '../operators/retry-with-backoff.js';
import { dashboardLink, type Connected, type LinkTransition } from './dashboard-link.js';
import { examine } from './examine.js';
import { latest } from './latest.js';
import { liveValue, type Place } from './live-value.js';
import { looks } from './monitor.js';
import { withDefaults } from './settings.js';
import { sourceSilence } from './source-silence.js';
import type { Dashboard, DashboardOptions, DashboardState, Health, WatchOptions } from './types.js';
import { View } from './view.js';

/** The longest wait of a timer, in milliseconds. */
const longest = 2 ** 31 - 1;

/**
 * Keeps a page live: connects, connects again after every failure, and watches topics through all of it.
 *
 * @throws OptionError or InsecureUrlError at once for an option that cannot be; everything later is told in `state$`
 */
export const connectDashboard = (options: DashboardOptions): Dashboard => {
  const settings = withDefaults(options);
  const { scheduler, now, page, pauseAfter, monitorInterval, reconnect } = settings;
  const state$ = new BehaviorSubject<DashboardState>({ state: 'stopped' });
  const place$ = new BehaviorSubject<Place>({ status: 'stale' });
  const health$ = new Subject<Health>();
  const failure$ = new Subject<unknown>();
  const wake$ = new Subject<void>();
  const again$ = new Subject<void>();
  const views = new Set<View<unknown>>();
  let running = Subscription.EMPTY;
  let connected: Connected | undefined;
  let attempt = 1;
  let count = 0;

  const lose = (status: 'stale' | 'paused' = 'stale') => {
    connected = undefined;
    if (place$.value.link || place$.value.status !== status) place$.next({ status });
  };
  const onWait = ({ attempt: next, delay, cause }: Wait) => {
    attempt = next;
    const until = now() + delay;
    const { maxAttempts } = reconnect;
    state$.next(
      next > maxAttempts
        ? { state: 'failed', until, cause }
        : { state: 'waiting', attempt, maxAttempts, delay, until, cause },
    );
    lose();
  };
  const showLive = ({ url, since, socket }: Connected) => {
    const { serverId } = socket;
    const doubt = socket.doubt;
    state$.next(doubt ? { state: 'suspect', url, since, serverId, doubt } : { state: 'live', url, since, serverId });
  };
  const enter = (event: LinkTransition | { readonly state: 'paused' }) => {
    switch (event.state) {
      case 'connecting':
        lose();
        state$.next({ ...event, attempt });
        return;
      case 'connected': {
        const seamless = connected !== undefined;
        connected = event;
        attempt = 1;
        showLive(event);
        place$.next({ link: event.socket, seamless });
        return;
      }
      case 'doubt':
        if (connected) showLive(connected);
        return;
      case 'lost':
        onWait({ attempt: 1, delay: 0, cause: event.cause });
        return;
      case 'refused':
        state$.next({ state: 'failed', cause: event.cause });
        lose();
        return;
      case 'paused':
        state$.next(event);
        lose('paused');
    }
  };
  const retryNow = () => {
    attempt = 1;
    const { state, until } = state$.value as { state: string; until?: number };
    if (state === 'failed' && until === undefined) again$.next();
    else wake$.next();
  };
  const onHint = (slept: boolean) => {
    if (connected) connected.doubt(slept ? 'page' : 'look');
    else retryNow();
  };

  const link$ = defer(() => dashboardLink(settings, { onWait, wake$ }));
  const hidden$ = pauseAfter > longest ? NEVER : timer(pauseAfter, scheduler).pipe(map(() => false));
  const active$ = concat(of(true), page.visible$.pipe(switchMap((visible) => (visible ? of(true) : hidden$)))).pipe(
    distinctUntilChanged(),
  );
  const life$ = active$.pipe(
    switchMap((active) =>
      active ? concat(of(0), again$).pipe(switchMap(() => link$)) : of({ state: 'paused' } as const),
    ),
  );
  const found$ = looks(monitorInterval, scheduler, now).pipe(
    map((look) => examine(look, { connected, views, state: state$.value, ...settings, wake: retryNow })),
  );
  const error = (fault: unknown) => {
    failure$.next(fault);
  };
  const start = () => {
    if (!running.closed) return;
    running = merge(
      life$.pipe(map(enter)),
      page.hint$.pipe(map(onHint)),
      found$.pipe(
        map((found) => {
          health$.next(found);
        }),
      ),
    ).subscribe({ error });
  };
  let due = settings.autoStart;
  scheduler.schedule(() => {
    if (due) start();
  });

  const watch: Dashboard['watch'] = <T>(
    topic: string,
    params?: unknown,
    { fold = latest<T>(), maxAge, maxRate }: WatchOptions<T> = {},
  ) =>
    defer(() => {
      const view = new View<T>(`s${++count}`, topic, fold, () => undefined);
      views.add(view as View<unknown>);
      const params$: Observable<unknown> = isObservable(params) ? params : of(params);
      return liveValue(view, params$, maxRate, { ...settings, place$, slowRetry: reconnect.slowRetry }).pipe(
        maxAge === undefined
          ? (live$) => live$
          : sourceSilence(maxAge, { scheduler, now: () => now() + (connected?.socket.skew ?? 0) }),
        catchError((fault: unknown) => of(view.show('error', { error: fault }))),
        finalize(() => views.delete(view as View<unknown>)),
      );
    });

  return {
    state$: state$.asObservable(),
    health$: health$.asObservable(),
    failure$: failure$.asObservable(),
    watch,
    start: () => {
      due = false;
      start();
    },
    retryNow,
    stop: () => {
      due = false;
      running.unsubscribe();
      state$.next({ state: 'stopped' });
      lose();
    },
  };
};
