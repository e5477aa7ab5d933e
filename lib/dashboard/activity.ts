import { distinctUntilChanged, map, mergeMap, NEVER, switchMap, type Observable } from 'rxjs';
import { inspect } from '../operators/inspect.js';
import { after, concatOf, mergeOf } from '../operators/lean.js';
import { maxTimeout } from '../time/max-timeout.js';
import { dashboardConnection } from './connection.js';
import type { LinkReports } from './connection-report.js';
import type { Health } from './dashboard.js';
import type { DashboardMeter } from './events.js';
import { checkHealth } from './health-check.js';
import { healthTicks } from './health-timer.js';
import type { LinkState } from './link-state.js';
import type { DashboardSettings } from './options.js';
import type { SubscriptionState } from './subscription-state.js';

/** The time between two summaries for the server, in milliseconds. */
const reportInterval = 60_000;
/** All pages of one network are online again at the same moment and react within this time, in milliseconds. */
const hintSpread = 300;

/** Dependencies of {@link activity}. */
export interface ActivityPorts {
  readonly link: LinkState;
  readonly reports: LinkReports;
  readonly subscriptions: ReadonlySet<SubscriptionState<unknown>>;
  readonly wake$: Observable<unknown>;
  readonly retryNow: () => void;
  readonly onEvent: DashboardMeter;
  readonly onHealth: (health: Health) => void;
}

/** The work of a running dashboard: the link, hints of the page, reports to the server, and the health monitor. */
export const activity = (settings: DashboardSettings, ports: ActivityPorts): Observable<unknown> => {
  const { link, reports } = ports;
  const link$ = linkWhileSeen(settings, ports).pipe(
    inspect((event) => {
      link.change(event);
    }),
  );
  const summary$ = after(reportInterval, settings.scheduler, reportInterval).pipe(
    inspect(() => link.connected()?.socket.send(reports.summary())),
  );
  return mergeOf(link$, hints(settings, ports), lastReport(settings, reports), summary$, health(settings, ports));
};

/** The transitions of the link, which is given up once the page was hidden for `pauseAfter`. */
const linkWhileSeen = (settings: DashboardSettings, { wake$ }: ActivityPorts) => {
  const { page, pauseAfter, scheduler } = settings;
  const link$ = dashboardConnection(settings, wake$);
  const hidden$ = pauseAfter > maxTimeout ? NEVER : after(pauseAfter, scheduler).pipe(map(() => false));
  return concatOf([true], page.visible$.pipe(switchMap((visible) => (visible ? [true] : hidden$)))).pipe(
    distinctUntilChanged(),
    switchMap((active) => (active ? link$ : [{ state: 'paused' } as const])),
  );
};

/** Suspects the link after a sleep of the page, checks it at other hints, or ends a wait. */
const hints = ({ page, random, scheduler }: DashboardSettings, { link, retryNow }: ActivityPorts) =>
  page.hint$.pipe(
    mergeMap((slept) =>
      after(random() * hintSpread, scheduler).pipe(
        inspect(() => {
          const connected = link.connected();
          if (connected) connected.link.suspect(slept ? 'page' : 'check');
          else retryNow();
        }),
      ),
    ),
  );

/** Sends the last report when the page is left. */
const lastReport = ({ page, clientId, reportUrl, guard }: DashboardSettings, reports: LinkReports) =>
  (page.left$ ?? NEVER).pipe(
    inspect(() => {
      guard('the report to reportUrl', () => {
        const header = { version: 7, clientId, txn: 'left' };
        if (reportUrl) page.beacon?.(reportUrl, JSON.stringify({ header, data: reports.summary() }));
      });
    }),
  );

const health = ({ monitorInterval, scheduler, now }: DashboardSettings, ports: ActivityPorts) =>
  healthTicks(monitorInterval, scheduler, now).pipe(
    inspect((tick) => {
      ports.onEvent({ type: 'health', watches: ports.subscriptions, wall: ports.link.serverTime() });
      ports.onHealth(checkHealth(tick, ports));
    }),
  );
