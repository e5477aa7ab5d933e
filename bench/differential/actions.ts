import type { Dashboard } from '../../lib/dashboard/index.js';
import type { SubscriptionRefusal } from '../../lib/testing/dashboard/faults.js';
import type { Random } from '../simulation/model/random.js';
import type { Params } from './model.js';
import type { Server } from './server.js';
import type { Widget } from './widget.js';
import { serverNames, type PageWorld } from './world.js';

/** The params of tables that are asked for. */
export const tables: readonly [Params, ...Params[]] = [
  {},
  { site: 's1' },
  { filter: 'u-1' },
  { sort: 'n' },
  { site: 's0', sort: '-n' },
  { sort: '-n', pageSize: 5 },
  { sort: 'n', page: 1, pageSize: 4 },
  { site: 's2', sort: '-n', pageSize: 3 },
];

/** Params that the server refuses. */
export const wrongParams: Params = { pageSize: 0 };

/** The weight of each action in the draw. */
const weights = {
  unit: 40,
  remove: 10,
  point: 15,
  latePoint: 6,
  mode: 7,
  table: 4,
  badTable: 1,
  cut: 2,
  close: 1,
  silence: 1,
  speak: 2,
  failOver: 1,
  comeBack: 2,
  hang: 1,
  answer: 2,
  restart: 1,
  drain: 1,
  skip: 3,
  holdHeartbeats: 1,
  beat: 2,
  latency: 2,
  swallow: 2,
  refuse: 2,
  deadGeneration: 1,
  params: 6,
  wrongParams: 1,
  mount: 2,
  retry: 1,
  rest: 1,
};

export type Action = keyof typeof weights;

const total = Object.values(weights).reduce((sum, weight) => sum + weight, 0);

/** Draws the next action. */
export const nextAction = (random: Random): Action => {
  let left = random.next() * total;
  return (Object.keys(weights) as Action[]).find((action) => (left -= weights[action]) < 0) ?? 'unit';
};

export interface Scene {
  readonly random: Random;
  readonly world: PageWorld;
  readonly dashboard: Dashboard;
  /** Those of units. */
  readonly tables: readonly [Widget, ...Widget[]];
  /** True if a server that starts has everything that was published. */
  readonly restarts: boolean;
  /** Lets everything arrive, and looks at all widgets. */
  readonly rest: () => Promise<void>;
}

/** A table of another kind of topic: what is published is all of it. */
export const publishTable = async ({ random, world }: Pick<Scene, 'random' | 'world'>): Promise<void> => {
  const rows = Array.from({ length: random.whole(0, 4) }, (_, id) => ({ id, n: random.whole(0, 9) }));
  await world.publish('table', { rows, ...(random.chance(0.5) && { total: rows.length }) });
};

export const actionsOf = (scene: Scene): Readonly<Record<Action, () => unknown>> => {
  const { random, world, dashboard, restarts } = scene;
  const began = Date.now();
  let latest = began;
  const server = (): Server => world.servers[random.pick(serverNames)];
  const topic = () => random.pick(['units', 'cpu', 'mode', 'table'] as const);
  /** Half of them are numbers, and those may come as texts. */
  const unitId = () => {
    const id = random.whole(0, 24);
    return id >= 12 ? `u-${id}` : random.chance(0.8) ? id : String(id);
  };
  const publishPoint = (at: number) =>
    world.publish('cpu', { unit: random.pick(['a', 'b']), point: [at, random.whole(0, 99)] });
  const tableWidget = () => random.pick(scene.tables);

  return {
    unit: () => {
      const id = unitId();
      return world.publish('units', { id, site: `s${random.whole(0, 2)}`, n: random.whole(0, 30) }, id);
    },
    remove: () => world.remove(unitId()),
    point: () => publishPoint((latest += random.whole(1, 50))),
    latePoint: () => publishPoint(latest - random.whole(0, 500)),
    mode: () =>
      world.publish('mode', random.pick<unknown>([null, 'on', random.whole(0, 9), { level: random.whole(0, 9) }])),
    table: () => publishTable(scene),
    badTable: () =>
      world.publish('table', random.pick<unknown>([{ rows: 5 }, { rows: [null] }, { rows: [{ name: 'no id' }] }])),
    cut: () => {
      server().cut();
    },
    close: () => {
      server().close(random.pick([1001, 1011, 1012, 1013]));
    },
    silence: () => {
      server().silence(true);
    },
    speak: () => {
      server().silence(false);
    },
    failOver: async () => {
      const down = server();
      await down.refuse(true);
      down.cut();
    },
    comeBack: () => server().refuse(false),
    hang: () => {
      server().silenceNew(true);
    },
    answer: () => {
      server().silenceNew(false);
    },
    restart: () => (restarts ? world.restart(random.pick(serverNames)) : undefined),
    drain: () => {
      if (restarts) server().drain(random.whole(100, 3000));
    },
    skip: () => {
      server().skipUpdate(topic(), random.whole(1, 3));
    },
    holdHeartbeats: () => {
      server().holdHeartbeats(true);
    },
    beat: () => {
      server().holdHeartbeats(false);
    },
    latency: () => {
      server().latency(random.pick([0, 0, 5, 40]));
    },
    swallow: () => {
      server().swallow(topic());
    },
    refuse: () => {
      const why = random.pick<SubscriptionRefusal>([
        { nack: true },
        { ended: 'limit' },
        { ended: 'gone' },
        { ended: 'failed' },
      ]);
      const retryAfter = random.chance(0.5) && { retryAfter: random.whole(0, 2000) };
      server().refuseSubscriptions(topic(), random.whole(1, 3), { ...why, ...retryAfter });
    },
    deadGeneration: () => {
      server().replyToDeadGen('units', { set: [{ id: 'ghost' }], total: 99 });
    },
    params: () => {
      tableWidget().change(random.pick(tables));
    },
    wrongParams: () => {
      tableWidget().change(wrongParams);
    },
    mount: () => {
      const widget = tableWidget();
      if (widget.isMounted) widget.unmount();
      else widget.mount();
    },
    retry: () => {
      dashboard.retryNow();
    },
    rest: () => scene.rest(),
  };
};
