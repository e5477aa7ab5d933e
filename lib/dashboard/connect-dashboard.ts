import {
  BehaviorSubject,
  defer,
  distinctUntilChanged,
  finalize,
  isObservable,
  map,
  mergeMap,
  NEVER,
  Subject,
  Subscription,
  switchMap,
  tap,
  type Observable,
} from 'rxjs';
import { AppError, TokenRefusedError } from '../errors.js';
import { after, concatOf, mergeOf } from '../operators/lean.js';
import { maxTimeout } from '../time/max-timeout.js';
import { again } from '../operators/retry-policy.js';
import type { Wait } from '../operators/retry-options.js';
import { dashboardLink, type Connected, type LinkTransition } from './connection.js';
import { examine } from './health-check.js';
import type { Fold } from './folds/fold.js';
import { linkReports } from './connection-report.js';
import type { DashboardEvent } from './events.js';
import { latest } from './folds/latest.js';
import { liveValue, type Place } from './subscription.js';
import { looks } from './health-timer.js';
import { waitAfter } from './backoff.js';
import { roomForOthers } from './room-for-others.js';
import { withDefaults } from './options.js';
import { current, sharing, type Wanted } from './sharing.js';
import { sourceSilence } from './max-age.js';
import type { DashboardState, Status } from './state.js';
import type { Dashboard, DashboardOptions, Health, Live, WatchOptions } from './dashboard.js';
import { View } from './subscription-state.js';

/** Between two summaries for the server, in milliseconds. */
const reportInterval = 60_000;
/** The pages of one network are online again together, and act on it within this time, in milliseconds. */
const hintSpread = 300;
const stale: Place = { status: 'stale' };
const paused: Place = { status: 'paused' };

/**
 * Keeps a page live: connects, connects again after every failure, and watches topics through all of it.
 *
 * @throws OptionError or InsecureUrlError at once for an option that cannot be; everything later is told in `state$`
 */
export const connectDashboard = (options: DashboardOptions): Dashboard => {
  const failure$ = new Subject<unknown>();
  const onFault = (fault: unknown) => {
    failure$.next(fault);
  };
  const settings = withDefaults(options, onFault);
  const { scheduler, now, random, page, pauseAfter, monitorInterval, reconnect, reportUrl } = settings;
  const state$ = new BehaviorSubject<DashboardState>({ state: 'stopped' });
  const place$ = new BehaviorSubject<Place>(stale);
  const health$ = new Subject<Health>();
  const wake$ = new Subject<void>();
  const parted$ = new Subject<void>();
  const views = new Set<View<unknown>>();
  const room = roomForOthers(() => {
    scheduler.schedule(() => {
      parted$.next();
    });
  });
  let running = Subscription.EMPTY;
  let connected: Connected | undefined;
  let attempt = 1;
  let count = 0;

  const guard = (what: string, call: () => void) => {
    try {
      call();
    } catch (fault) {
      onFault(new AppError(what, fault));
    }
  };
  const reports = linkReports(now, (report) => connected?.socket.send(report));
  const tell = (event: DashboardEvent) => {
    reports.meter(event);
    guard('the metrics', () => settings.metrics?.(event));
  };

  const show = (state: DashboardState, place = place$.value) => {
    if (!place.link) connected = undefined;
    tell({ type: 'state', state, at: scheduler.now() });
    state$.next(state);
    // Whoever was told may have stopped everything.
    if (state$.value !== state || place$.value === place) return;
    if (place.link) parted$.next(); // what nobody watches is not asked for on another link
    place$.next(place);
  };
  const onWait = ({ attempt: next, delay, cause }: Wait) => {
    attempt = next;
    const until = now() + delay;
    const { maxAttempts } = reconnect;
    show(
      next > maxAttempts || cause instanceof TokenRefusedError
        ? { state: 'failed', until, cause }
        : { state: 'waiting', attempt, maxAttempts, delay, until, cause },
      stale,
    );
  };
  const showLive = ({ url, since, socket }: Connected, place?: Place) => {
    const { serverId, doubt } = socket;
    const known = { url, since, serverId };
    show(doubt ? { state: 'suspect', ...known, doubt } : { state: 'live', ...known }, place);
  };
  const enter = (event: LinkTransition | { readonly state: 'paused' }) => {
    switch (event.state) {
      case 'connecting':
        show({ ...event, attempt }, stale);
        return;
      case 'connected': {
        const freshUntil = connected?.socket.deadAt ?? 0;
        connected = event;
        attempt = 1;
        showLive(event, { link: event.socket, freshUntil });
        return;
      }
      case 'doubt':
        if (connected) showLive(connected);
        return;
      case 'lost':
        onWait({ attempt: 1, delay: 0, cause: event.cause });
        return;
      case 'paused':
        show(event, paused);
    }
  };
  const retryNow = () => {
    attempt = 1;
    wake$.next();
    for (const view of views) if (view.status === 'error') view.again();
  };
  const onHint = (slept: boolean) => {
    if (connected) connected.doubt(slept ? 'page' : 'look');
    else retryNow();
  };

  const link$ = defer(() => dashboardLink(settings, { onWait, wake$ }));
  const hidden$ = pauseAfter > maxTimeout ? NEVER : after(pauseAfter, scheduler).pipe(map(() => false));
  const active$ = concatOf([true], page.visible$.pipe(switchMap((visible) => (visible ? [true] : hidden$)))).pipe(
    distinctUntilChanged(),
  );
  const life$ = active$.pipe(switchMap((active) => (active ? link$ : [{ state: 'paused' } as const])));
  const look$ = looks(monitorInterval, scheduler, now).pipe(
    map((look) => {
      tell({ type: 'look', watches: views, wall: look.wall + (connected?.socket.skew ?? 0) });
      health$.next(examine(look, { connected, views, state: state$.value, wake: retryNow }));
    }),
  );
  const summary$ = after(reportInterval, reportInterval, scheduler).pipe(
    map(() => connected?.socket.send(reports.summary())),
  );
  const leave = () => {
    const header = { version: 7, clientId: settings.clientId, txn: 'left' };
    guard('the report to reportUrl', () => {
      if (reportUrl) page.beacon?.(reportUrl, JSON.stringify({ header, data: reports.summary() }));
    });
  };
  let due = settings.autoStart;
  const start = () => {
    due = false;
    if (!running.closed || !settings.urls()) return;
    attempt = 1;
    running = new Subscription(); // there before it begins, as who is told of that may stop it
    const work$ = mergeOf(
      life$.pipe(map(enter)),
      page.hint$.pipe(
        mergeMap((slept) => after(random() * hintSpread, scheduler).pipe(map(() => slept))),
        map(onHint),
      ),
      (page.left$ ?? NEVER).pipe(map(leave)),
      summary$,
      look$,
    );
    const onEnd = (cause: unknown) => {
      onFault(cause);
      onWait({ attempt: 1, delay: reconnect.initialDelay, cause });
      return after(reconnect.initialDelay, scheduler);
    };
    running.add(work$.pipe(again(onEnd)).subscribe());
  };
  scheduler.schedule(() => {
    if (due) start();
  });

  const subscription = <T>({ topic, params, fold, maxRate }: Wanted & { readonly fold: Fold<T> }) => {
    const view = new View<T>(`s${++count}`, topic, fold, (type) => {
      tell({ type, watch: view });
    });
    const failed$ = new Subject<Live<T>>();
    let failures = 0;
    const onFailedParams = (cause: unknown) => {
      const error = new AppError(`the params of ${topic}`, cause);
      onFault(error);
      failed$.next(view.show('error', { error }));
      return mergeOf(view.again$, after(waitAfter(failures++, reconnect, random), scheduler));
    };
    const given$: Observable<unknown> = isObservable(params) ? params : concatOf([params]);
    const params$ = given$.pipe(tap(() => views.add(view as View<unknown>)));
    const live$ = liveValue(view, params$, maxRate, { ...settings, place$: current(place$), onFault }).pipe(
      again(onFailedParams),
      (value$) => mergeOf(failed$, value$),
      tap(({ error }) => {
        room.note(view, error);
      }),
      finalize(() => {
        views.delete(view as View<unknown>);
        room.leave(view);
      }),
    );
    const unwanted = () =>
      running.closed || view.status === 'error'
        ? concatOf([0])
        : mergeOf(after(settings.unsubscribeAfter, scheduler), parted$);
    return { view, live$, unwanted };
  };
  const share = sharing<Live<unknown>>();
  const watch: Dashboard['watch'] = <T>(
    topic: string,
    params?: unknown,
    { fold = latest<T>(), maxAge, maxRate }: WatchOptions<T> = {},
  ) =>
    defer(() => {
      const wanted = { topic, params, fold, maxRate };
      const { view, live$ } = share(wanted, () => subscription<T>(wanted));
      let was: Status | undefined;
      const note = (is?: Status) => {
        if (is !== was) tell({ type: 'status', was, is });
        was = is;
      };
      return live$.pipe(
        maxAge === undefined
          ? (value$) => value$
          : sourceSilence(maxAge, {
              scheduler,
              age: () => view.ageAt(now() + (connected?.socket.skew ?? 0)),
              dataAt: () => view.dataAt,
            }),
        tap(({ status }) => {
          note(status);
        }),
        finalize(() => {
          note();
        }),
      );
    });

  return {
    state$: current(state$),
    health$: health$.asObservable(),
    failure$: failure$.asObservable(),
    watch,
    start,
    retryNow,
    stop: () => {
      due = false;
      running.unsubscribe();
      if (state$.value.state !== 'stopped') show({ state: 'stopped' }, stale);
      parted$.next();
    },
  };
};
