import { Random } from '../simulation/model/random.js';
import { actionsOf, nextAction, publishTable, tables, wrongParams } from './actions.js';
import { takeOverTime } from './clock.js';
import { Widget, type WatchedTopic } from './widget.js';
import { serverNames, PageWorld } from './world.js';

/** The result of a run. */
export interface Differential {
  readonly seed: number;
  /** In what the page is wrong, each with the time; empty where all is well. */
  readonly violations: readonly string[];
  /** The number of values that were shown, and that of fresh ones. */
  readonly shown: number;
  readonly fresh: number;
  /** The number of links that were opened. */
  readonly links: number;
}

const steps = 300;
/** Longer than a link that is silent is kept, and than a gap stays unseen, in milliseconds. */
const rest = 4700;
/** Longer than the longest wait of a subscription or a link, in seconds. */
const patience = 80;
/** So many violations say enough. */
const enough = 5;

/**
 * One random run: a page of eleven widgets and two servers on one log, on virtual time; everything in it follows from the
 * seed. Each value that is called fresh was so at the server, and at the end all are those of a page opened then.
 */
export const runDifferential = async (seed: number): Promise<Differential> => {
  const random = new Random(seed);
  using clock = takeOverTime(() => random.next());
  const violations: string[] = [];
  const recent: string[] = [];
  const report = (what: string) => {
    violations.push(`${Math.round(clock.now())} ms, after ${recent.slice(-5).join(', ')}: ${what}`);
  };

  const keep = random.pick([10, 200, 10_000]);
  // A server that starts has points only as far back as the log.
  const restarts = keep > steps;
  const world = await PageWorld.open(keep, report);
  const dashboard = world.connect(...serverNames);
  const add = (watched: WatchedTopic) => new Widget(dashboard, world.model, watched, report);
  const addTable = (isObservable: boolean) =>
    add({ topic: 'units', params: random.pick(tables), isObservable, maxRate: random.pick([undefined, 20]) });
  const ofUnits: [Widget, ...Widget[]] = [addTable(true)];
  while (ofUnits.length < 7) ofUnits.push(addTable(ofUnits.length % 2 === 0));
  const widgets = [
    ...ofUnits,
    add({ topic: 'cpu', params: {}, isObservable: true }),
    add({ topic: 'cpu', params: { unit: 'a' }, isObservable: false, maxAge: 2000 }),
    add({ topic: 'mode', params: {}, isObservable: false }),
    add({ topic: 'table', params: {}, isObservable: false }),
  ];

  const comeToRest = async () => {
    // Without heartbeats nobody can know of a last update that was left out, as long as other frames come.
    for (const name of serverNames) world.servers[name].holdHeartbeats(false);
    await clock.pass(rest);
    for (const widget of widgets) widget.rest();
  };
  const actions = actionsOf({ random, world, dashboard, tables: ofUnits, restarts, rest: comeToRest });
  await clock.pass(100);
  for (let step = 0; step < steps && violations.length < enough; step++) {
    const action = nextAction(random);
    recent.push(action);
    await actions[action]();
    if (random.chance(0.4)) await clock.pass(random.whole(0, 50));
    else if (random.chance(0.1)) await clock.pass(random.whole(100, 2000));
    for (const widget of widgets) widget.age();
  }

  // Then all faults are over.
  recent.push('the end of all faults');
  for (const name of serverNames) {
    await world.servers[name].clearFaults();
    if (restarts) await world.restart(name);
  }
  for (const widget of ofUnits) {
    if (widget.params === wrongParams) widget.change({});
    if (!widget.isMounted) widget.mount();
  }
  await publishTable({ random, world });
  for (let second = 0; second < patience && !widgets.every(({ isWell }) => isWell); second++) await clock.pass(1000);
  await comeToRest();
  const opened = world.connect(random.pick(serverNames));
  const again = widgets.map(({ topic, params, maxAge }) => {
    const watched = { topic, params, maxAge, isObservable: false };
    return new Widget(opened, world.model, watched, report);
  });
  await clock.pass(rest);
  for (const [index, other] of again.entries()) widgets[index]?.equals(other);

  for (const one of [dashboard, opened]) one.stop();
  world.end();
  const sum = (count: (widget: Widget) => number) => widgets.reduce((all, widget) => all + count(widget), 0);
  return { seed, violations, shown: sum(({ shown }) => shown), fresh: sum(({ fresh }) => fresh), links: world.links };
};
