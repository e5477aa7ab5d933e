import { connectDashboard, type Dashboard } from '../../lib/dashboard/index.js';
import { FoldError, MisfitError } from '../../lib/errors.js';
import { monotonicScheduler } from '../../lib/time/monotonic-scheduler.js';
import type { DashboardLog } from '../../lib/server/log.js';
import { memoryLog } from '../../lib/server/memory-log.js';
import { publishTo } from '../../lib/server/publish.js';
import { seriesTopic } from '../../lib/server/series-topic.js';
import { stateTopic } from '../../lib/server/state-topic.js';
import { valueTopic } from '../../lib/server/value-topic.js';
import { virtualWebSocket } from '../../lib/testing/virtual/web-socket.js';
import { Model, type Topic } from './model.js';
import { openServer, type Server } from './server.js';

export type ServerName = 'a' | 'b';

export const serverNames = ['a', 'b'] as const;

/** The URL of a server. */
export const urlOf = (name: ServerName): string => `wss://${name}.example/live`;

/** Two servers on one log, what was published there, and pages that are connected to them. */
export class PageWorld {
  readonly model: Model = new Model();
  readonly servers: Record<ServerName, Server>;
  links = 0;
  readonly #log: DashboardLog;
  readonly #topics = {
    units: stateTopic(),
    cpu: seriesTopic({ window: 10 * 3_600_000 }),
    mode: valueTopic(),
    table: valueTopic(),
  };
  readonly #publisher: ReturnType<typeof publishTo>;
  readonly #onViolation: (what: string) => void;

  private constructor(log: DashboardLog, onViolation: (what: string) => void) {
    this.#log = log;
    this.#publisher = publishTo(this.#topics, log, Date.now);
    this.#onViolation = onViolation;
    this.servers = {} as PageWorld['servers'];
  }

  /** `keep` as that of the log. */
  static async open(keep: number, onViolation: (what: string) => void): Promise<PageWorld> {
    const world = new PageWorld(memoryLog({ keep }), onViolation);
    for (const name of serverNames) await world.#start(name);
    return world;
  }

  async publish(topic: Topic, value: unknown, id?: string | number): Promise<void> {
    this.model.add(topic, { at: Date.now(), id, value });
    await this.#publisher.publish(topic, value);
  }

  async remove(id: string | number): Promise<void> {
    this.model.add('units', { at: Date.now(), id, value: undefined });
    await this.#publisher.remove('units', id);
  }

  /** The process of a server ends, and another one begins. */
  async restart(name: ServerName): Promise<void> {
    this.servers[name].end();
    await this.#start(name);
  }

  connect(...names: readonly ServerName[]): Dashboard {
    const scheduler = monotonicScheduler;
    const dashboard = connectDashboard({
      urls: names.map(urlOf),
      scheduler,
      WebSocket: virtualWebSocket(
        (dial) => {
          this.links++;
          return this.servers[new URL(dial.url).hostname === 'a.example' ? 'a' : 'b'].accept(dial);
        },
        { scheduler },
      ),
    });
    const onFailure = (failure: unknown) => {
      const isExpected = failure instanceof FoldError || failure instanceof MisfitError;
      if (!isExpected) this.#onViolation(`failure$ has ${String(failure)}`);
    };
    dashboard.failure$.subscribe({ next: onFailure, error: onFailure });
    return dashboard;
  }

  end(): void {
    for (const name of serverNames) this.servers[name].end();
  }

  async #start(name: ServerName): Promise<void> {
    this.servers[name] = await openServer(name, this.#topics, this.#log);
  }
}
