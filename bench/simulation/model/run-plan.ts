import { applyFault, type Victims } from './apply-fault.js';
import { SimulatedCloud } from './cloud.js';
import { Random } from './random.js';
import type { WorldEvent, SimulationEvent, Violation } from './events.js';
import { Inspector } from './inspector.js';
import type { Plan } from './plan.js';
import { SimulatedProcess } from './process.js';
import { SimulatedStore } from './store.js';
import { VirtualClock } from '../../../lib/testing/virtual/clock.js';
import { NetworkConditions, type SimulatedWorld } from './world.js';

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
  return clock.lead(() => new PlannedRun(clock, plan).run());
};

/** One run: the world, the process that is up, and what is still to happen. */
class PlannedRun {
  readonly #plan: Plan;
  readonly #clock: VirtualClock;
  readonly #inspector: Inspector;
  readonly #events: SimulationEvent[] = [];
  readonly #world: SimulatedWorld;
  readonly #cloud: SimulatedCloud;
  readonly #store: SimulatedStore;
  #process: SimulatedProcess;
  #number = 0;
  #links = 0;
  #wallOffset = 0;
  #isEnding = false;
  #isOver = false;

  constructor(clock: VirtualClock, plan: Plan) {
    this.#plan = plan;
    this.#clock = clock;
    this.#inspector = new Inspector(plan);
    this.#world = {
      plan,
      clock,
      random: Random.of(plan.seed, 2),
      network: new NetworkConditions(clock),
      poison: new Map(),
      hangs: new Map(),
      note: (event) => {
        this.#note(event);
      },
    };
    this.#cloud = new SimulatedCloud(this.#world);
    this.#store = new SimulatedStore(this.#world);
    this.#process = this.#start();
  }

  run(): Run {
    const plan = this.#plan;
    this.#schedule();
    const fault = this.#advance();
    const violation = this.#inspector.violation ?? fault;
    return { plan, events: this.#events, violation, lasted: this.#clock.now };
  }

  #note(worldEvent: WorldEvent): void {
    const event = { at: this.#clock.now, process: this.#number, ...worldEvent };
    this.#events.push(event);
    this.#inspector.see(event);
  }

  #start(): SimulatedProcess {
    return new SimulatedProcess({
      number: ++this.#number,
      world: this.#world,
      cloud: this.#cloud,
      store: this.#store,
      newLink: () => ++this.#links,
      wall: () => epoch + this.#wallOffset + this.#clock.now,
      onStop: (process) => {
        this.#followStop(process, this.#clock.now);
      },
    });
  }

  readonly #restart = (): void => {
    if (this.#process.line.closed) this.#process = this.#start();
  };

  /** Once a stop is done, another process takes over. */
  #followStop(last: SimulatedProcess, since: number): void {
    this.#clock.at(Math.max(since, last.line.frozenUntil) + stopping, () => {
      if (last.line.closed) return;
      if (last.line.frozenUntil > since) {
        this.#followStop(last, last.line.frozenUntil); // it has stood still meanwhile
        return;
      }
      last.leave();
      if (this.#isEnding) this.#isOver = true;
      else this.#restart();
    });
  }

  #schedule(): void {
    const { faults, messages, cloudMessages, healAt } = this.#plan;
    const victims: Victims = {
      world: this.#world,
      cloud: this.#cloud,
      store: this.#store,
      process: () => this.#process,
      restart: this.#restart,
      setClock: (by) => {
        this.#wallOffset += by;
      },
    };
    for (const fault of faults)
      this.#clock.at(fault.at, () => {
        this.#note({ kind: 'fault', fault });
        applyFault(fault, victims);
      });
    for (const message of messages)
      this.#clock.at(message.at, () => {
        this.#process.send(message);
      });
    for (const message of cloudMessages)
      this.#clock.at(message.at, () => {
        this.#cloud.say(message);
      });
    this.#clock.at(healAt, () => {
      this.#heal();
    });
  }

  /** Ends all faults, and waits until everything has drained. */
  #heal(): void {
    this.#world.network.clear();
    for (const link of this.#cloud.sessions) link.cloudReads(true);
    this.#note({ kind: 'healed' });
    this.#restart();
    this.#process.goOn();
    this.#process.send({ id: 0, at: this.#plan.healAt }); // which shows a link that is dead
    this.#clock.at(this.#clock.now + tick, () => {
      this.#watchDrain();
    });
  }

  #watchDrain(): void {
    this.#note({ kind: 'tick' });
    if (this.#process.isUp) this.#process.measure();
    if (this.#hasDrained()) {
      this.#note({ kind: 'drained' });
      this.#isEnding = true;
      this.#process.stop();
      return;
    }
    // Only the acks of others show that the cloud hangs on one message, and not on all.
    if (this.#isHanging()) this.#process.send({ id: 0, at: this.#clock.now });
    this.#clock.at(this.#clock.now + tick, () => {
      this.#watchDrain();
    });
  }

  #isHanging(): boolean {
    return [...this.#inspector.journal.sheets.values()].some(
      ({ txn, isFinal }) => !isFinal && this.#world.hangs.has(txn),
    );
  }

  #hasDrained(): boolean {
    const { sheets } = this.#inspector.journal;
    return this.#cloud.isSatisfied && this.#process.isUp && [...sheets.values()].every(({ isFinal }) => isFinal);
  }

  /** Lets time pass until the end, or until a promise is broken; returns what the run itself broke. */
  #advance(): Violation | undefined {
    const clock = this.#clock;
    try {
      clock.run(() => clock.steps > mostSteps || this.#isOver || this.#inspector.violation !== undefined);
    } catch (error) {
      const what = `thrown: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}`;
      return { promise: 'no faults', at: clock.now, what };
    }
    if (clock.steps <= mostSteps) return undefined;
    return { promise: 'no loops', at: clock.now, what: `${mostSteps} steps are not enough` };
  }
}
