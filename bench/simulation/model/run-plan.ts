import { applyFault } from './apply-fault.js';
import { SimulatedCloud } from './cloud.js';
import { Random } from './random.js';
import type { WorldEvent, SimulationEvent, Violation } from './events.js';
import { Inspector } from './inspector.js';
import type { Plan } from './plan.js';
import { SimulatedProcess } from './process.js';
import { SimulatedStore } from './store.js';
import { VirtualClock } from '../../../lib/testing/virtual/clock.js';
import { NetworkConditions, type World } from './world.js';

/** The result of a run. */
export interface Run {
  readonly plan: Plan;
  /** All that happened. */
  readonly events: readonly SimulationEvent[];
  /** The first promise that was not kept, where there is one. */
  readonly violation: Violation | undefined;
  /** The virtual time it took, in milliseconds. */
  readonly lasted: number;
}

/** A run does not take so many steps; one that does is running in a circle. */
const mostSteps = 300_000;
const tick = 2000;
/** The longest time for a stop, in milliseconds. */
const stopping = 3000;
const epoch = Date.UTC(2026, 0, 1);

/** Runs a plan; the same one gives the same events. */
export const runPlan = (plan: Plan): Run => {
  const clock = new VirtualClock();
  return clock.lead(() => runOn(clock, plan));
};

const runOn = (clock: VirtualClock, plan: Plan): Run => {
  const inspector = new Inspector(plan);
  const { journal } = inspector;
  const events: SimulationEvent[] = [];
  let number = 0;
  let links = 0;
  let wallOffset = 0;
  let isEnding = false;
  let isOver = false;
  let fault: Violation | undefined;
  const note = (worldEvent: WorldEvent) => {
    const event = { at: clock.now, process: number, ...worldEvent };
    events.push(event);
    inspector.see(event);
  };
  const world: World = {
    plan,
    clock,
    random: Random.of(plan.seed, 2),
    network: new NetworkConditions(clock),
    poison: new Map(),
    note,
  };
  const cloud = new SimulatedCloud(world);
  const store = new SimulatedStore(world);
  /** Once a stop is done, another process takes over. */
  const onStop = (last: SimulatedProcess, since = clock.now) => {
    clock.at(Math.max(since, last.line.frozenUntil) + stopping, () => {
      if (last.line.closed) return;
      if (last.line.frozenUntil > since) {
        onStop(last, last.line.frozenUntil); // it has stood still meanwhile
        return;
      }
      last.leave();
      if (isEnding) isOver = true;
      else restart();
    });
  };
  const start = () =>
    new SimulatedProcess({
      number: ++number,
      world,
      cloud,
      store,
      newLink: () => ++links,
      wall: () => epoch + wallOffset + clock.now,
      onStop,
    });
  let process = start();
  const restart = () => {
    if (process.line.closed) process = start();
  };
  const hasDrained = () =>
    cloud.isSatisfied && process.isUp && [...journal.sheets.values()].every(({ isFinal }) => isFinal);
  const watchDrain = () => {
    note({ kind: 'tick' });
    if (!hasDrained()) {
      clock.at(clock.now + tick, watchDrain);
      return;
    }
    note({ kind: 'drained' });
    isEnding = true;
    process.stop();
  };

  const victims = {
    world,
    cloud,
    store,
    process: () => process,
    restart,
    setClock: (by: number) => {
      wallOffset += by;
    },
  };
  for (const planned of plan.faults)
    clock.at(planned.at, () => {
      note({ kind: 'fault', fault: planned });
      applyFault(planned, victims);
    });
  for (const message of plan.messages)
    clock.at(message.at, () => {
      process.send(message);
    });
  for (const message of plan.cloudMessages)
    clock.at(message.at, () => {
      cloud.say(message);
    });
  clock.at(plan.healAt, () => {
    world.network.clear();
    for (const link of cloud.sessions) link.cloudReads(true);
    note({ kind: 'healed' });
    restart();
    process.goOn();
    process.send({ id: 0, at: plan.healAt }); // which shows a link that is dead
    clock.at(clock.now + tick, watchDrain);
  });
  const isDone = () => {
    if (clock.steps > mostSteps)
      fault = { promise: 'no loops', at: clock.now, what: `${mostSteps} steps are not enough` };
    return isOver || fault !== undefined || inspector.violation !== undefined;
  };
  try {
    clock.run(isDone);
  } catch (error) {
    fault = {
      promise: 'no faults',
      at: clock.now,
      what: `thrown: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}`,
    };
  }
  return { plan, events, violation: inspector.violation ?? fault, lasted: clock.now };
};
