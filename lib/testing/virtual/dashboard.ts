import {
  concat,
  connect,
  defer,
  filter,
  ignoreElements,
  map,
  merge,
  NEVER,
  of,
  Subject,
  switchMap,
  tap,
  throwError,
  type Observable,
  type SchedulerLike,
} from 'rxjs';
import { connectDashboard } from '../../dashboard/connect-dashboard.js';
import type { Dashboard, DashboardOptions } from '../../dashboard/dashboard.js';
import { ConnectionClosedError } from '../../errors.js';
import type { DashboardData } from '../../protocol/subscription/messages.js';
import { serveTopics, type VirtualServer, type VirtualServerFrame, type VirtualServerReceived } from './server.js';
import { virtualWebSocket, type VirtualDial } from './web-socket.js';

/** A dashboard on virtual time, and what its server sees. */
export interface VirtualDashboard {
  /** The real dashboard. */
  readonly dashboard: Dashboard;
  /** Emits the frames that reach the server, of all links. */
  readonly received$: Observable<VirtualServerReceived>;
  /** The URLs that are dialled. */
  readonly dialled$: Observable<string>;
}

/** The options of the dashboard, but for what is virtual. */
export interface VirtualDashboardOptions extends Partial<Omit<DashboardOptions, 'scheduler' | 'now' | 'WebSocket'>> {
  /**
   * The virtual time at which the dashboard is stopped, in milliseconds.
   *
   * @defaultValue one hour
   */
  readonly lifetime?: number;
}

/**
 * The real dashboard, with a clock and a server that are virtual: for marble tests of a whole page.
 *
 * Use it inside `scheduler.run` of RxJS's TestScheduler and pass that scheduler. Time starts at 0, and random numbers are
 * 0, so that no wait has jitter. The dashboard is stopped after an hour of virtual time, since a test would never end with
 * one that goes on reconnecting; `lifetime` changes that.
 *
 * @example
 * ```ts
 * scheduler.run(({ cold, expectObservable }) => {
 *   const { dashboard } = virtualDashboard(scheduler, { answer: serveTopics({ mode: cold('a 9ms b') }) });
 *   const value$ = dashboard.watch('mode').pipe(filter(({ status }) => status === 'fresh'), map(({ value }) => value));
 *   expectObservable(value$, '20ms !').toBe('a 9ms b');
 * });
 * ```
 */
export const virtualDashboard = (
  scheduler: SchedulerLike,
  { link$ = concat(of('open'), NEVER), frame$ = NEVER, answer = serveTopics(), latency }: VirtualServer = {},
  { lifetime = 3_600_000, ...options }: VirtualDashboardOptions = {},
): VirtualDashboard => {
  const received$ = new Subject<VirtualServerReceived>();
  const dialled$ = new Subject<string>();
  const { clientId = 'dashboard-1' } = options;
  let count = 0;
  const write = (frame: VirtualServerFrame): string => {
    if (typeof frame === 'string') return frame;
    const { txn = `server-${++count}`, ...data } = frame;
    const createdAt = new Date(scheduler.now()).toISOString();
    return JSON.stringify({ header: { version: 7, clientId, createdAt, txn }, data });
  };

  const accept = ({ url, received$: sent$ }: VirtualDial): Observable<string> =>
    defer(() => {
      dialled$.next(url);
      const traffic$ = sent$.pipe(
        map(read),
        tap((message) => {
          received$.next(message);
        }),
        connect((message$) => merge(message$.pipe(ignoreElements()), answer(message$), frame$)),
        map(write),
      );
      return concat(
        link$,
        throwError(() => new ConnectionClosedError(url, 1000, '')),
      ).pipe(
        filter((_, index) => index === 0),
        switchMap(() => concat(of('open'), traffic$)),
      );
    });

  const dashboard = connectDashboard({
    url: 'wss://server.example/live',
    random: () => 0,
    ...options,
    clientId,
    scheduler,
    now: () => scheduler.now(),
    WebSocket: virtualWebSocket(accept, { scheduler, latency }),
  });
  scheduler.schedule(() => {
    dashboard.stop();
  }, lifetime);
  return { dashboard, received$: received$.asObservable(), dialled$: dialled$.asObservable() };
};

const read = (frame: string): VirtualServerReceived => {
  const { header, data } = JSON.parse(frame) as { header: { txn: string }; data: DashboardData };
  return { ...data, txn: header.txn };
};
