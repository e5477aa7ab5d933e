import { Subject, Subscription } from 'rxjs';
import { after } from '../operators/lean.js';
import { resubscribe } from '../operators/resubscribe.js';
import { activity } from './activity.js';
import { linkReports } from './connection-report.js';
import type { Dashboard, DashboardOptions, Health } from './dashboard.js';
import type { DashboardEvent } from './events.js';
import { linkState } from './link-state.js';
import { withDefaults } from './options.js';
import { watchesOf } from './watches.js';

/**
 * Keeps a page live: connects, connects again after every failure, and watches topics throughout. Everything that fails
 * after the call is emitted by `state$`, `failure$` and the watches.
 *
 * @param options - `url` or `urls` is required
 * @returns the dashboard, which starts by itself unless `autoStart` is false
 * @throws {@link OptionError} for an option with an invalid value
 * @throws {@link InsecureUrlError} for a URL without TLS, or with a password
 * @example
 * ```ts
 * const dashboard = connectDashboard({ url: 'wss://example.com/live', token: () => fetchToken() });
 * dashboard.state$.subscribe(({ state }) => showBanner(state));
 * dashboard.watch('unit-alerts', { unit: 'A7' }, { fold: rows() }).subscribe(showAlerts);
 * ```
 */
export const connectDashboard = (options: DashboardOptions): Dashboard => {
  const failure$ = new Subject<unknown>();
  const health$ = new Subject<Health>();
  const wake$ = new Subject<void>();
  const settings = withDefaults(options, (fault) => {
    failure$.next(fault);
  });
  const { scheduler, reconnect } = settings;
  const reports = linkReports(settings.now, (report) => link.connected()?.socket.send(report));
  const onEvent = (event: DashboardEvent) => {
    reports.observe(event);
    settings.guard('the metrics', () => settings.metrics?.(event));
  };
  const link = linkState(settings, onEvent);
  const watches = watchesOf(settings, link, onEvent, () => !running.closed);
  const { subscriptions, watch } = watches;
  const retryNow = () => {
    link.restart();
    wake$.next();
    watches.retry();
  };
  const onHealth = (health: Health) => {
    health$.next(health);
  };
  const activity$ = activity(settings, { link, reports, subscriptions, wake$, retryNow, onEvent, onHealth }).pipe(
    resubscribe((cause) => {
      settings.onFault(cause);
      const delay = reconnect.initialDelay;
      link.change({ state: 'waiting', attempt: 1, delay, cause });
      return [after(delay, scheduler)];
    }),
  );

  let running = Subscription.EMPTY;
  let due = settings.autoStart;
  const start = () => {
    due = false;
    if (!running.closed || !settings.urls()) return;
    link.restart();
    running = new Subscription(); // exists before the work begins, as an observer of that may stop it
    running.add(activity$.subscribe());
  };
  scheduler.schedule(() => {
    if (due) start();
  });

  return {
    state$: link.state$,
    health$: health$.asObservable(),
    failure$: failure$.asObservable(),
    watch,
    start,
    retryNow,
    stop: () => {
      due = false;
      running.unsubscribe();
      link.stop();
    },
  };
};
