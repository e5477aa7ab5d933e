import { concat, filter, firstValueFrom, map, of, race, timer } from 'rxjs';
import { connectDashboard, type DashboardOptions } from 'unitlink/dashboard';
import { redisLog } from 'unitlink/server';
import type { Cluster } from './cluster.js';
import { cookieSocket } from './cookie-socket.js';
import type { Ledger } from './ledger.js';
import { amissNow, countAll, observe, outOfDate, type Observed, type Observer } from './observer.js';
import { pause } from './programs.js';
import { startPublisher, type Publisher } from './publisher.js';
import { startTcpProxy, type TcpProxy } from './tcp-proxy.js';
import { openViewer, type Viewer } from './viewer.js';

/** What happens to a server, or (silence) to all links on their way to the load balancer. */
export const faultKinds = ['kill', 'hang', 'drain', 'silence'] as const;
export type FaultKind = (typeof faultKinds)[number];

/**
 * How load balancers and routers get rid of links that they hold for idle: HAProxy shuts them, or something on the way
 * ends them, resets them, or forgets them without a word.
 */
export const cutKinds = ['shut', 'end', 'reset', 'silence'] as const;
export type CutKind = (typeof cutKinds)[number];

/**
 * `reopen`: a server hangs, and all links are opened again at that moment, knowing of no server to avoid: it is the load
 * balancer that has to give up on it.
 */
export type AnyFault = FaultKind | CutKind | 'reopen';

/** What one widget saw of a failover: after how long it was right again, in milliseconds; undefined where it never was. */
export interface Recovered {
  readonly viewer: string;
  readonly widget: string;
  readonly after: number | undefined;
}

export interface Failover extends Observed {
  readonly kind: AnyFault;
  /** The server that was struck, or that the struck links led to. */
  readonly server: string;
  readonly widgets: readonly Recovered[];
  /** When the last of them was right again, in milliseconds; Infinity where one never was. */
  readonly recovery: number;
}

/** Viewers behind a load balancer, under a steady stream of updates. */
export interface Stage extends AsyncDisposable {
  readonly cluster: Cluster;
  readonly proxy: TcpProxy;
  readonly publisher: Publisher;
  readonly viewers: readonly Viewer[];
  readonly observer: Observer;
  /** Settles when every widget is fresh and up to date; rejects where that takes too long. */
  settled(): Promise<void>;
  /** Publishes no more, waits until every widget has the last update, and counts from the first to the last one. */
  audit(): Promise<Ledger>;
}

/** How long a viewer may take for anything, in milliseconds; one that takes longer is frozen. */
const patience = 30_000;
/** As far as a widget may lag while all is well, in milliseconds. */
const lag = 1000;

export interface StageOptions {
  /** Of the viewers in this process. Default: two. */
  readonly names?: readonly string[];
  /** Further options of their dashboards. */
  readonly options?: DashboardOptions;
  /** Opens further viewers, in browsers for example; `origin` is where the load balancer is. */
  readonly more?: (origin: string) => Promise<readonly Viewer[]>;
}

export const openStage = async (
  cluster: Cluster,
  { names = ['wall', 'desk'], options, more = () => Promise.resolve([]) }: StageOptions = {},
): Promise<Stage> => {
  const proxy = await startTcpProxy(cluster.port);
  const log = redisLog(cluster.redisUrl);
  const publisher = startPublisher(log);
  const open = (name: string): Viewer => {
    const url = `ws://127.0.0.1:${proxy.port}/live`;
    return openViewer(name, connectDashboard({ url, clientId: name, WebSocket: cookieSocket(), ...options }));
  };
  const viewers = [...names.map(open), ...(await more(`http://127.0.0.1:${proxy.port}`))];
  const observer = observe(viewers, publisher);
  const settled = async (): Promise<void> => {
    const isSettled = (viewer: Viewer): boolean =>
      viewer.state.state === 'live' &&
      viewer.widgets.every((widget) => widget.status === 'fresh' && outOfDate(widget, publisher) < lag);
    const frozen = (viewer: Viewer): string =>
      [viewer.name, viewer.state.state, ...viewer.widgets.map(({ name, status }) => `${name} ${status}`)].join(', ');
    await Promise.all(
      viewers.map(async (viewer) => {
        if (!(await reached(viewer, () => isSettled(viewer))))
          throw new Error(`not up to date after ${patience / 1000} s: ${frozen(viewer)}`);
      }),
    );
  };
  const audit = async (): Promise<Ledger> => {
    const newest = await publisher.stop();
    const isUpToDate = (viewer: Viewer): boolean =>
      viewer.widgets.every((widget) => widget.status === 'fresh' && outOfDate(widget, publisher) === 0);
    await Promise.all(viewers.map((viewer) => reached(viewer, () => isUpToDate(viewer))));
    const { lost, doubled } = countAll(viewers);
    const missing = viewers.reduce((total, { ledger }) => total + newest - ledger.newest, 0);
    return { newest, lost: lost + missing + amissNow(viewers), doubled };
  };
  return {
    cluster,
    proxy,
    publisher,
    viewers,
    observer,
    settled,
    audit,
    [Symbol.asyncDispose]: async () => {
      observer[Symbol.dispose]();
      for (const viewer of viewers) await viewer.stop();
      await publisher[Symbol.asyncDispose]();
      await log.close();
      await proxy[Symbol.asyncDispose]();
    },
  };
};

/** Whether it is so in time. */
const reached = (viewer: Viewer, isSo: () => boolean): Promise<boolean> =>
  firstValueFrom(
    race(
      concat(of(0), viewer.change$).pipe(
        filter(isSo),
        map(() => true),
      ),
      timer(patience).pipe(map(() => false)),
    ),
    { defaultValue: false },
  );

const isOfLinks = (kind: AnyFault): kind is CutKind => cutKinds.some((each) => each === kind);

/** Strikes; gives what sets it right again. */
const strike = (kind: AnyFault, id: string, { cluster, proxy }: Stage): (() => Promise<void>) => {
  if (kind === 'shut') {
    const shut = cluster.cut();
    return () => shut;
  }
  if (isOfLinks(kind)) {
    proxy.cut(kind);
    return () => Promise.resolve();
  }
  const server = cluster.server(id);
  if (kind === 'hang' || kind === 'reopen') {
    server.hang();
    if (kind === 'reopen') proxy.cut('end');
    return async () => {
      // The load balancer has to have seen it too, or there would be nothing to come back from.
      await pause(2000);
      server.wake();
      await server.inService();
    };
  }
  const ended = kind === 'kill' ? server.kill() : server.drain();
  return async () => {
    await ended;
    await server.restart();
  };
};

const serverOf = ({ state }: Viewer): string | undefined => (state.state === 'live' ? state.serverId : undefined);

/** Strikes once, waits until all is well again, and says what the viewers went through, from the last time on. */
export const failOver = async (kind: AnyFault, stage: Stage): Promise<Failover> => {
  const { viewers, publisher, observer } = stage;
  await stage.settled();
  // At any moment between two heartbeats.
  await pause(Math.random() * 1500);
  const [first] = viewers;
  const server = (first && serverOf(first)) ?? 'a';
  const struck = viewers.filter((viewer) => isOfLinks(kind) || serverOf(viewer) === server);
  const before = observer.take();

  const since = Date.now();
  const start = performance.now();
  const newest = publisher.newest();
  const heal = strike(kind, server, stage);
  const recoveries = await Promise.all(struck.map((viewer) => recover(viewer, { newest, since, start })));
  const widgets = recoveries.flat();
  const recovery = Math.max(...widgets.map(({ after = Infinity }) => after));
  await heal();
  await stage.settled();

  const after = observer.take();
  return {
    kind,
    server,
    widgets,
    recovery,
    frozen: before.frozen + after.frozen,
    oldestFresh: Math.max(before.oldestFresh, after.oldestFresh),
    notFresh: after.notFresh,
    lost: before.lost + after.lost,
    doubled: before.doubled + after.doubled,
  };
};

/** A widget is right again once it shows, on another link, as fresh what was published after the fault. */
const recover = async (
  viewer: Viewer,
  { newest, since, start }: { readonly newest: number; readonly since: number; readonly start: number },
): Promise<Recovered[]> => {
  const after = new Map<string, number>();
  const note = (): void => {
    const { state } = viewer;
    if (state.state !== 'live' || state.since < since) return;
    for (const { name, status, newest: shown } of viewer.widgets)
      if (status === 'fresh' && shown > newest && !after.has(name)) after.set(name, performance.now() - start);
  };
  await reached(viewer, () => {
    note();
    return after.size === viewer.widgets.length;
  });
  return viewer.widgets.map(({ name }) => ({ viewer: viewer.name, widget: name, after: after.get(name) }));
};
