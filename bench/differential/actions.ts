import type { Dashboard } from '../../lib/dashboard/index.js';
import type { SubscriptionRefusal } from '../../lib/testing/dashboard/faults.js';
import type { Dice } from '../simulation/model/dice.js';
import type { Params } from './model.js';
import type { Server } from './server.js';
import type { Widget } from './widget.js';
import { serverNames, type World } from './world.js';

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

/** How often each action is drawn. */
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

/** What happens next. */
export const nextAction = (dice: Dice): Action => {
  let left = dice.next() * total;
  return (Object.keys(weights) as Action[]).find((action) => (left -= weights[action]) < 0) ?? 'unit';
};

export interface Scene {
  readonly dice: Dice;
  readonly world: World;
  readonly dashboard: Dashboard;
  /** Those of units. */
  readonly tables: readonly [Widget, ...Widget[]];
  /** Whether a server that starts has all there was. */
  readonly restarts: boolean;
  /** Lets everything arrive, and looks at all widgets. */
  readonly rest: () => Promise<void>;
}

/** A table of another kind of topic: what is published is all of it. */
export const publishTable = async ({ dice, world }: Pick<Scene, 'dice' | 'world'>): Promise<void> => {
  const rows = Array.from({ length: dice.whole(0, 4) }, (_, id) => ({ id, n: dice.whole(0, 9) }));
  await world.publish('table', { rows, ...(dice.chance(0.5) && { total: rows.length }) });
};

export const actionsOf = (scene: Scene): Readonly<Record<Action, () => unknown>> => {
  const { dice, world, dashboard, restarts } = scene;
  const began = Date.now();
  let latest = began;
  const server = (): Server => world.servers[dice.pick(serverNames)];
  const topic = () => dice.pick(['units', 'cpu', 'mode', 'table'] as const);
  /** Half of them are numbers, and those may come as texts. */
  const unitId = () => {
    const id = dice.whole(0, 24);
    return id >= 12 ? `u-${id}` : dice.chance(0.8) ? id : String(id);
  };
  const publishPoint = (at: number) =>
    world.publish('cpu', { unit: dice.pick(['a', 'b']), point: [at, dice.whole(0, 99)] });
  const tableWidget = () => dice.pick(scene.tables);

  return {
    unit: () => {
      const id = unitId();
      return world.publish('units', { id, site: `s${dice.whole(0, 2)}`, n: dice.whole(0, 30) }, id);
    },
    remove: () => world.remove(unitId()),
    point: () => publishPoint((latest += dice.whole(1, 50))),
    latePoint: () => publishPoint(latest - dice.whole(0, 500)),
    mode: () => world.publish('mode', dice.pick<unknown>([null, 'on', dice.whole(0, 9), { level: dice.whole(0, 9) }])),
    table: () => publishTable(scene),
    badTable: () =>
      world.publish('table', dice.pick<unknown>([{ rows: 5 }, { rows: [null] }, { rows: [{ name: 'no id' }] }])),
    cut: () => {
      server().cut();
    },
    close: () => {
      server().close(dice.pick([1001, 1011, 1012, 1013]));
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
    restart: () => (restarts ? world.restart(dice.pick(serverNames)) : undefined),
    drain: () => {
      if (restarts) server().drain(dice.whole(100, 3000));
    },
    skip: () => {
      server().skipUpdate(topic(), dice.whole(1, 3));
    },
    holdHeartbeats: () => {
      server().holdHeartbeats(true);
    },
    beat: () => {
      server().holdHeartbeats(false);
    },
    latency: () => {
      server().latency(dice.pick([0, 0, 5, 40]));
    },
    swallow: () => {
      server().swallow(topic());
    },
    refuse: () => {
      const why = dice.pick<SubscriptionRefusal>([
        { nack: true },
        { ended: 'limit' },
        { ended: 'gone' },
        { ended: 'failed' },
      ]);
      const retryAfter = dice.chance(0.5) && { retryAfter: dice.whole(0, 2000) };
      server().refuseSubscriptions(topic(), dice.whole(1, 3), { ...why, ...retryAfter });
    },
    deadGeneration: () => {
      server().replyToDeadGen('units', { set: [{ id: 'ghost' }], total: 99 });
    },
    params: () => {
      tableWidget().change(dice.pick(tables));
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
