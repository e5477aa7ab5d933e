import { type Subscription, throwError } from 'rxjs';
import { textOf } from '../differential/widget.js';
import { connectDashboard, rows, type Dashboard, type Fold, type Live } from '../../lib/dashboard/index.js';
import { monotonicScheduler } from '../../lib/time/monotonic-scheduler.js';
import { virtualWebSocket } from '../../lib/testing/virtual/web-socket.js';
import type { LogEntry } from '../../lib/server/log.js';
import type { ServerName } from './plan.js';
import type { ServerProcess } from './process.js';
import type { ServerWorld } from './world.js';

interface Row {
  readonly id: string;
  readonly n: number;
  readonly site: string;
}

interface TableParams {
  readonly site?: string;
  readonly sort?: 'n' | '-n';
  readonly page?: number;
  readonly pageSize?: number;
}

type Watched =
  { readonly topic: 'units'; readonly params: TableParams } | { readonly topic: 'mode'; readonly params: object };

const tables: readonly [TableParams, ...TableParams[]] = [
  {},
  { site: 's1' },
  { sort: 'n' },
  { site: 's0', sort: '-n' },
  { sort: '-n', pageSize: 2 },
  { sort: 'n', page: 1, pageSize: 1 },
];

/** What a page has to show after these entries of the log, as text; written without code of the library. */
const shown = ({ topic, params }: Watched, entries: readonly LogEntry[]): string => {
  if (topic === 'mode') return JSON.stringify(entries.at(-1)?.value ?? null);
  const byId = new Map<string, Row>();
  for (const { key = '', value } of entries)
    if (value === undefined) byId.delete(key);
    else byId.set(key, value as Row);
  const { site, sort, page = 0, pageSize } = params;
  const all = [...byId.values()].filter((row) => site === undefined || row.site === site);
  const down = sort === '-n' ? -1 : 1;
  all.sort((one, other) => (sort ? (one.n - other.n) * down : 0) || (one.id < other.id ? -1 : 1));
  const from = page * (pageSize ?? 0);
  return JSON.stringify([all.slice(from, pageSize === undefined ? undefined : from + pageSize), all.length]);
};

/** A page with live values, each of which is one that the log had, and never an older one than before. */
export class ModelPage {
  readonly #world: ServerWorld;
  readonly #dashboard: Dashboard;
  readonly #widgets: readonly ModelWidget[];

  constructor(world: ServerWorld, processOf: (name: string) => ServerProcess | undefined) {
    const scheduler = monotonicScheduler;
    this.#world = world;
    this.#dashboard = connectDashboard({
      urls: world.plan.servers.map((name: ServerName) => `wss://${name}.example/live`),
      scheduler,
      WebSocket: virtualWebSocket(
        (dial) => {
          const process = processOf(new URL(dial.url).hostname.charAt(0));
          return process?.isUp === true ? process.acceptPage(dial) : throwError(() => new Error('refused'));
        },
        { scheduler, latency: world.plan.latency },
      ),
    });
    const table = () => ({ topic: 'units', params: world.random.pick(tables) }) as const;
    const watched: readonly Watched[] = [table(), table(), { topic: 'mode', params: {} }];
    this.#widgets = watched.map((one) => new ModelWidget(world, this.#dashboard, one));
  }

  /** What is not as in the log. */
  get missing(): string | undefined {
    return this.#widgets.find(({ missing }) => missing !== undefined)?.missing;
  }

  /** Ends it. */
  stop(): void {
    for (const widget of this.#widgets) widget.stop();
    this.#dashboard.stop();
    this.#world.note('a page is closed');
  }
}

class ModelWidget {
  readonly #world: ServerWorld;
  readonly #watched: Watched;
  readonly #watching: Subscription;
  #live: Live<unknown> = { status: 'stale', asOf: undefined, value: undefined };
  #least = 0;

  constructor(world: ServerWorld, dashboard: Dashboard, watched: Watched) {
    this.#world = world;
    this.#watched = watched;
    const fold = watched.topic === 'mode' ? {} : { fold: rows() as Fold<unknown> };
    this.#watching = dashboard.watch(watched.topic, watched.params, fold).subscribe({
      next: (live) => {
        this.#live = live;
        this.#compare();
      },
      error: (error: unknown) => {
        world.monitors.broken('page', String(error));
      },
    });
  }

  get missing(): string | undefined {
    const { status } = this.#live;
    const expected = shown(this.#watched, this.#entries);
    if (status === 'fresh' && this.#text === expected) return undefined;
    return `a page shows ${this.#name} ${status} as ${this.#text}, and not as ${expected}`;
  }

  stop(): void {
    this.#watching.unsubscribe();
  }

  get #entries(): readonly LogEntry[] {
    return this.#world.monitors.entries(this.#watched.topic);
  }

  get #text(): string {
    return textOf(this.#watched.topic, this.#live.value);
  }

  get #name(): string {
    return `${this.#watched.topic} ${JSON.stringify(this.#watched.params)}`;
  }

  #compare(): void {
    if (this.#live.status !== 'fresh') return;
    const entries = this.#entries;
    const text = this.#text;
    for (let count = this.#least; count <= entries.length; count++)
      if (shown(this.#watched, entries.slice(0, count)) === text) {
        this.#least = count;
        return;
      }
    this.#world.monitors.broken(
      'page',
      `${this.#name} is fresh with ${text}, which the log had not since its entry ${this.#least}; now ${shown(this.#watched, entries)}`,
    );
  }
}
