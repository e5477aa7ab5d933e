import { takeOverTime, type Clock } from '../differential/clock.js';
import { Random } from '../simulation/model/random.js';
import type { Violation } from '../simulation/index.js';
import { lastingDisk, lastingService, type Lasting } from './logs.js';
import { Monitors } from './monitors.js';
import { ModelPage } from './page.js';
import { serverPlan, type ServerFault, type ServerName, type ServerPlan } from './plan.js';
import { ServerProcess } from './process.js';
import { ModelUnit } from './unit.js';
import type { ServerWorld } from './world.js';

/** The result of a run. */
export interface ServerRun {
  readonly plan: ServerPlan;
  readonly violation: Violation | undefined;
  /** What happened, a line each. */
  readonly story: readonly string[];
  /** The virtual time it took, in milliseconds. */
  readonly lasted: number;
}

/** The longest time until all has come to rest after the last fault, in milliseconds. */
const patience = 120_000;
const step = 500;
/** A process that could not read its log begins anew after this time. */
const restartWait = 500;
/** The longest time of a stop while nothing is wrong. */
const stopTime = 6000;
/** Longer than an entry is on its way to the pages. */
const restTime = 1000;

/** Runs a seed, or a plan: servers of units and pages on a log, on virtual time; the same one gives the same events. */
export const simulateServer = async ({ seed, plan }: { seed?: number; plan?: ServerPlan }): Promise<ServerRun> => {
  const planned = plan ?? serverPlan(seed ?? 0);
  const random = Random.of(planned.seed, 4);
  using clock = takeOverTime(() => random.next());
  return await new ServerSimulation(planned, random, clock).run();
};

class ServerSimulation {
  readonly #plan: ServerPlan;
  readonly #clock: Clock;
  readonly #story: string[] = [];
  readonly #world: ServerWorld;
  readonly #monitors: Monitors;
  readonly #lasting: Lasting;
  readonly #processes = new Map<ServerName, ServerProcess>();
  readonly #units: readonly ModelUnit[];
  readonly #pages: ModelPage[];
  #count = 0;
  #isHealed = false;
  /** True from the last stop on: who begins then does so here. */
  #isEnding = false;

  constructor(plan: ServerPlan, random: Random, clock: Clock) {
    this.#plan = plan;
    this.#clock = clock;
    const monitors = (this.#monitors = new Monitors(plan));
    this.#world = {
      ...{ plan, random, monitors },
      isHealed: () => this.#isHealed,
      note: (line) => this.#story.push(`${Math.round(clock.now())} ms: ${line}`),
    };
    this.#lasting = plan.log === 'file' ? lastingDisk(this.#world) : lastingService(this.#world);
    for (const name of plan.servers) this.#start(name);
    const up = () => [...this.#processes.values()];
    this.#units = Array.from({ length: plan.units }, (_, number) => new ModelUnit(this.#world, number, up));
    this.#pages = Array.from({ length: plan.pages }, () => this.#openPage());
    monitors.hasAcked = (systemId, txn) =>
      this.#units.some((unit) => unit.systemId === systemId && unit.acked.has(txn));
  }

  async run(): Promise<ServerRun> {
    this.#schedule();
    await this.#pass(this.#plan.healAt);
    await this.#heal();
    await this.#comeToRest();
    if (this.#monitors.violation === undefined) await this.#beginAnew();
    for (const page of this.#pages) page.stop();
    const { violation } = this.#monitors;
    return { plan: this.#plan, violation, story: this.#story, lasted: this.#clock.now() };
  }

  #openPage(): ModelPage {
    return new ModelPage(this.#world, (name) => this.#processes.get(name as ServerName));
  }

  /** Lets time pass, until a promise is broken. */
  async #pass(duration: number): Promise<void> {
    const end = this.#clock.now() + duration;
    while (this.#clock.now() < end && this.#monitors.violation === undefined) {
      await this.#clock.pass(Math.min(step, end - this.#clock.now()));
      this.#monitors.tick();
    }
  }

  #start(name: ServerName): void {
    const number = ++this.#count;
    this.#world.note(`process ${number} of ${name} begins`);
    const process = new ServerProcess(this.#world, name, number, () => {
      this.#startLater(name, 1000);
    });
    this.#processes.set(name, process);
    process.start(this.#lasting).catch((error: unknown) => {
      if (process.port.isDead) return;
      process.crash();
      this.#world.note(`it does not: ${String(error)}`);
      this.#startLater(name, restartWait);
    });
  }

  #startLater(name: ServerName, wait: number): void {
    const last = this.#processes.get(name);
    setTimeout(() => {
      if (!this.#isEnding && this.#processes.get(name) === last && last?.port.isDead === true) this.#start(name);
    }, wait);
  }

  #schedule(): void {
    const { fromUnits, toUnits, faults } = this.#plan;
    for (const { at, unit, isTwice } of fromUnits) setTimeout(() => this.#units[unit]?.send(isTwice), at);
    for (const { at, unit, server } of toUnits) setTimeout(() => this.#processes.get(server)?.send(`unit-${unit}`), at);
    for (const fault of faults)
      setTimeout(() => {
        this.#world.note(`${fault.kind}, server ${fault.server}, unit ${fault.unit}, ${fault.duration} ms`);
        this.#strike(fault);
      }, fault.at);
  }

  #strike({ kind, server, unit: number, duration, variant }: ServerFault): void {
    const process = this.#processes.get(server);
    const unit = this.#units[number];
    const until = this.#clock.now() + duration;
    const isShared = this.#plan.log === 'shared';
    switch (kind) {
      case 'crash':
        process?.crash();
        this.#startLater(server, duration);
        break;
      case 'crash at a call':
        process?.port.crashSoon(variant % 10, variant >= 50);
        break;
      case 'stop':
      case 'drain':
        if (process?.isUp === true)
          void process.stop(kind === 'drain' ? duration : undefined).then(() => {
            this.#startLater(server, variant * 10);
          });
        break;
      case 'fail':
      case 'hang':
        process?.port.disturb(kind, until);
        break;
      case 'fail late':
        process?.port.disturb(isShared ? kind : 'fail', until);
        break;
      case 'idle':
        process?.idle(until);
        break;
      case 'reset':
        unit?.leave(0);
        break;
      case 'half open':
        unit?.leave(duration);
        break;
      case 'move':
        unit?.move(server, duration);
        break;
      case 'mute':
        unit?.mute(until);
        break;
      case 'cut':
        process?.cutPages();
    }
  }

  /** Ends all faults. */
  async #heal(): Promise<void> {
    this.#isHealed = true;
    this.#world.note('all faults end');
    for (const [name, process] of this.#processes) {
      process.port.heal();
      process.idle(0);
      if (this.#plan.restartsAtHeal && process.isUp) {
        process.crash();
        this.#start(name);
      }
    }
    await this.#pass(1000);
    for (const unit of this.#units) unit.send(false);
  }

  get #missing(): string | undefined {
    const down = [...this.#processes.values()].find(({ isUp }) => !isUp);
    if (down !== undefined) return `${down.name} is not up`;
    const unit = this.#units.find(({ isSatisfied }) => !isSatisfied);
    if (unit !== undefined) return `${unit.systemId} is not connected, or what it sent not acknowledged`;
    const page = this.#pages.map(({ missing }) => missing).find((missing) => missing !== undefined);
    return this.#monitors.missing ?? page ?? this.#wrongUnits;
  }

  /** The units of which a process says something else than they do. */
  get #wrongUnits(): string | undefined {
    for (const process of this.#processes.values())
      for (const { systemId, link } of this.#units)
        if (process.connected.has(systemId) !== (link?.process === process.number))
          return `${process.name} is wrong about the connection of ${systemId}`;
    return undefined;
  }

  async #comeToRest(): Promise<void> {
    const end = this.#clock.now() + patience;
    while (this.#missing !== undefined && this.#clock.now() < end && this.#monitors.violation === undefined)
      await this.#pass(step);
    if (this.#missing !== undefined) this.#monitors.broken('rest', this.#missing);
  }

  /** Stops all processes as an app does, and has others go on with their log. */
  async #beginAnew(): Promise<void> {
    this.#isEnding = true;
    const old = [...this.#processes.values()];
    old[0]?.remove('unit-0');
    await this.#pass(restTime);
    for (const process of old) void process.stop();
    await this.#pass(stopTime);
    if (old.some(({ port }) => !port.isDead)) this.#monitors.broken('stop', 'a process does not stop');
    for (const name of this.#plan.servers) this.#start(name);
    this.#pages.push(this.#openPage());
    await this.#comeToRest();
    for (const unit of this.#units) unit.send(false);
    await this.#comeToRest();
  }
}
