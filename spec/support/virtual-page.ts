import {
  BehaviorSubject,
  delayWhen,
  Subject,
  timer,
  type Observable,
  type SchedulerAction,
  type SchedulerLike,
  type Subscription,
} from 'rxjs';
import { TestScheduler } from 'rxjs/testing';
import { connectDashboard } from '../../lib/dashboard/connect-dashboard.js';
import type { DashboardState } from '../../lib/dashboard/state.js';
import type { Dashboard, DashboardOptions, Health, Live, WatchOptions } from '../../lib/dashboard/dashboard.js';
import { virtualWebSocket, type VirtualDial, type VirtualNetwork } from '../../lib/testing/virtual/web-socket.js';
import { ModelLog, ModelServer } from './model-server.js';

type Timed<T> = T & { readonly at: number };

/** A widget of a virtual page, and all that it was shown. */
export interface Widget<T = unknown> {
  readonly shown: Timed<Live<T>>[];
  /** The latest. */
  readonly live: Timed<Live<T>>;
  /** The statuses, each with the time when it began. */
  readonly statuses: readonly string[];
  readonly subscription: Subscription;
}

/** A page with a dashboard, and the servers behind it, on virtual time that is told to go on. */
export class VirtualPage {
  readonly scheduler: TestScheduler;
  readonly log: ModelLog;
  readonly servers: ModelServer[];
  readonly states: Timed<DashboardState>[] = [];
  readonly health: Health[] = [];
  readonly failures: unknown[] = [];
  // A spec plays the browser, which tells the page.
  /* eslint-disable rxjs-x/no-exposed-subjects */
  readonly visible$: Subject<boolean> = new BehaviorSubject<boolean>(true);
  readonly hint$: Subject<boolean>;
  /* eslint-enable rxjs-x/no-exposed-subjects */
  /** What is added to the way of each frame from now on, in milliseconds. */
  slow = 0;
  /** All WebSockets that were made. */
  sockets = 0;
  /** How far the wall clock has jumped. */
  jump = 0;
  readonly #dashboards: Dashboard[] = [];

  constructor(scheduler: TestScheduler) {
    this.scheduler = scheduler;
    this.hint$ = new Subject();
    this.log = new ModelLog(scheduler);
    this.servers = [new ModelServer('a', this.log), new ModelServer('b', this.log)];
  }

  get server(): ModelServer {
    const [first] = this.servers;
    if (!first) throw new Error('there is no server');
    return first;
  }

  /** The other server, where the load balancer sends who is to avoid the first. */
  get other(): ModelServer {
    return this.servers[1] ?? this.server;
  }

  get now(): number {
    return this.scheduler.now();
  }

  /** The load balancer. */
  readonly accept: (dial: VirtualDial) => Observable<string> = (dial) => {
    this.sockets++;
    const avoid = new URL(dial.url).searchParams.get('avoid');
    const server = this.servers.find(({ serverId }) => serverId !== avoid) ?? this.server;
    return server.accept(dial).pipe(delayWhen(() => timer(this.slow, this.scheduler)));
  };

  connect(options: Partial<DashboardOptions> = {}, network: Partial<VirtualNetwork> = {}): Dashboard {
    const { scheduler, visible$, hint$ } = this;
    const dashboard = connectDashboard({
      url: 'wss://server.example/live',
      random: () => 0,
      clientId: 'c-1',
      scheduler,
      now: () => this.now + this.jump,
      WebSocket: virtualWebSocket(this.accept, { scheduler, ...network }),
      page: { visible$, hint$ },
      ...options,
    });
    this.#dashboards.push(dashboard);
    dashboard.state$.subscribe((state) => this.states.push({ ...state, at: this.now }));
    dashboard.health$.subscribe((health) => this.health.push(health));
    dashboard.failure$.subscribe((failure) => this.failures.push(failure));
    return dashboard;
  }

  show<T = unknown>(dashboard: Dashboard, topic: string, params?: unknown, options?: WatchOptions<T>): Widget<T> {
    const shown: Timed<Live<T>>[] = [];
    const subscription = dashboard.watch<T>(topic, params, options).subscribe((live) => {
      shown.push({ ...live, at: this.now });
    });
    return {
      shown,
      subscription,
      get live() {
        const live = shown.at(-1);
        if (!live) throw new Error(`nothing was shown of ${topic}`);
        return live;
      },
      get statuses() {
        return shown
          .filter(({ status }, index) => status !== shown[index - 1]?.status)
          .map(({ at, status }) => `${at} ${status}`);
      },
    };
  }

  /** Lets time go by. */
  pass(duration: number): void {
    this.until(this.now + duration);
  }

  until(time: number): void {
    this.scheduler.schedule(() => undefined, time - this.now);
    this.scheduler.maxFrames = time;
    this.scheduler.flush();
  }

  at(time: number, act: () => void): void {
    this.scheduler.schedule(act, time - this.now);
  }

  /** The states, each with the time when it began. */
  get history(): readonly string[] {
    return this.states.map(({ at, state }) => `${at} ${state}`);
  }

  end(): void {
    for (const dashboard of this.#dashboards) dashboard.stop();
    for (const server of this.servers) server.cut();
  }
}

/** A test of a page on virtual time. */
export const onPage = (title: string, body: (page: VirtualPage) => void): void => {
  it(title, () => {
    const scheduler = new TestScheduler(() => undefined);
    scheduler.run(() => {
      const page = new VirtualPage(scheduler);
      try {
        body(page);
      } finally {
        page.end();
      }
    });
  });
};

/** A scheduler whose timers, while the page is hidden, end at full minutes only. */
export const throttled = (scheduler: SchedulerLike, isHidden: () => boolean): SchedulerLike => ({
  now: () => scheduler.now(),
  schedule: <T>(work: (this: SchedulerAction<T>, state?: T) => void, delay = 0, state?: T) =>
    scheduler.schedule(
      function (given?: T) {
        const late = scheduler.now() % 60_000;
        if (isHidden() && late > 0) this.schedule(given, Math.min(1000, 60_000 - late));
        else work.call(this, given);
      },
      delay,
      state,
    ),
});
