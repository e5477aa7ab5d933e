import { never, pause, type ServerWorld } from './world.js';

/** What happens to the calls of a log, until a time. */
export type LogFault = 'fail' | 'fail late' | 'hang';

interface Change {
  /** The number of its parts, a prefix of which may be carried out in a crash. */
  readonly parts: number;
  /** Carries out so many parts. */
  readonly apply: (parts: number) => void;
}

/** The way of one process to its log: calls take time, fail, wait, and end in the middle where the process does. */
export class LogPort {
  readonly #world: ServerWorld;
  readonly #crash: () => void;
  #last: Promise<unknown> = Promise.resolve();
  #running: Change | undefined;
  #fault: { readonly kind: LogFault; readonly until: number } | undefined;
  #crashAfter = Infinity;
  #crashesBefore = false;
  #isDead = false;
  /** True if a change failed that may have been carried out. */
  isDoubtful = false;

  constructor(world: ServerWorld, crash: () => void) {
    this.#world = world;
    this.#crash = crash;
  }

  disturb(kind: LogFault, until: number): void {
    this.#fault = { kind, until };
  }

  heal(): void {
    this.#fault = undefined;
    this.#crashAfter = Infinity;
  }

  get isDead(): boolean {
    return this.#isDead;
  }

  /** Ends the process at one of the next calls: before it is carried out, or before it is answered. */
  crashSoon(calls: number, before: boolean): void {
    this.#crashAfter = calls;
    this.#crashesBefore = before;
  }

  /** The process has ended; a change that is under way may be carried out in part. */
  die(): void {
    this.#isDead = true;
    const running = this.#running;
    this.#running = undefined;
    running?.apply(this.#world.random.whole(0, running.parts));
  }

  /** Changes the log, after the changes that were asked for before. */
  change(parts: number, apply: (parts: number) => void): Promise<void> {
    const done = this.#last.then(() => this.#run({ parts, apply }));
    this.#last = done.catch(() => undefined);
    return done;
  }

  async read<T>(read: () => T): Promise<T> {
    if (this.#hasEnded()) return never();
    const { random, plan } = this.#world;
    await pause(plan.logLatency);
    if (this.#kind === 'fail' && random.chance(0.5)) throw new Error('the log cannot be read');
    return this.#hasEnded() ? never() : read();
  }

  get #kind(): LogFault | undefined {
    return this.#fault !== undefined && performance.now() < this.#fault.until ? this.#fault.kind : undefined;
  }

  async #run(change: Change): Promise<void> {
    if (this.#hasEnded()) return never();
    this.#running = change;
    const { logLatency } = this.#world.plan;
    const crashes = --this.#crashAfter < 0;
    if (this.#kind === 'hang') {
      // One after the other: what waits is carried out at the end of the fault, or in the middle of it.
      const left = Math.max(0, (this.#fault?.until ?? 0) - performance.now());
      await pause(left * this.#world.random.next());
    } else await pause(logLatency);
    if (this.#hasEnded()) return never();
    if (crashes && this.#crashesBefore) return this.#end();
    const kind = this.#kind;
    this.#running = undefined;
    if (kind === 'fail') throw new Error('the log is full');
    change.apply(change.parts);
    if (crashes) return this.#end();
    if (kind === 'fail late') {
      this.isDoubtful = true;
      throw new Error('the log does not answer');
    }
    if (logLatency > 1) await pause(logLatency / 2);
    return this.#hasEnded() ? never() : undefined;
  }

  #end(): Promise<void> {
    this.#crash();
    return never();
  }

  /** As a call, since it changes while others wait. */
  #hasEnded(): boolean {
    return this.#isDead;
  }
}
