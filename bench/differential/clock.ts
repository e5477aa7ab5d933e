import { VirtualClock, type VirtualTimer } from '../../lib/testing/virtual/clock.js';

/** Timers, clocks and random numbers of this process, all virtual until they are given back. */
export interface Clock extends Disposable {
  /** Returns the milliseconds since the run began. */
  readonly now: () => number;
  /** Runs everything that is due within this time, in milliseconds, in the order of its time. */
  readonly pass: (duration: number) => Promise<void>;
}

type Act = (...given: unknown[]) => void;

/** The globals that are replaced. */
const names = ['setTimeout', 'clearTimeout', 'setInterval', 'clearInterval', 'setImmediate'] as const;
/** The time at which virtual time begins, in milliseconds since 1970. */
const epoch = 1_800_000_000_000;

/** Returns the timer functions of Node on a virtual clock. */
const timersOn = (clock: VirtualClock): object => {
  const timers = new Map<number, VirtualTimer>();
  let count = 0;
  const set = (act: Act, delay: number, repeats: boolean, given: readonly unknown[]): number => {
    const wait = Math.max(delay || 0, 0);
    const id = ++count;
    const run = () => {
      if (repeats) timers.set(id, clock.at(clock.now + Math.max(wait, 1), run));
      else timers.delete(id);
      act(...given);
    };
    timers.set(id, clock.at(clock.now + wait, run));
    return id;
  };
  const clear = (id: number) => {
    const timer = timers.get(id);
    if (timer) timer.cancelled = true;
    timers.delete(id);
  };
  return {
    setTimeout: (act: Act, delay = 0, ...given: unknown[]) => set(act, delay, false, given),
    setInterval: (act: Act, delay = 0, ...given: unknown[]) => set(act, delay, true, given),
    setImmediate: (act: Act, ...given: unknown[]) => set(act, 0, false, given),
    clearTimeout: clear,
    clearInterval: clear,
  };
};

/**
 * Takes over the timers and clocks of this process: the server of dashboards has no ports for them. What waits for a
 * promise runs before the next timer, so that a run is the same each time.
 */
export const takeOverTime = (random: () => number): Clock => {
  const real = Object.fromEntries(names.map((name) => [name, globalThis[name]]));
  const { setImmediate: turn } = globalThis;
  const { now: realDate } = Date;
  const { random: realRandom } = Math;
  const clock = new VirtualClock();
  Object.assign(globalThis, timersOn(clock));
  Object.defineProperty(performance, 'now', { configurable: true, value: () => clock.now });
  Date.now = () => epoch + Math.floor(clock.now);
  Math.random = random;

  const settle = () => new Promise((resolve) => turn(resolve));
  return {
    now: () => clock.now,
    pass: async (duration) => {
      const end = clock.now + duration;
      await settle();
      while ((clock.next ?? Infinity) <= end) {
        clock.step();
        await settle();
      }
      clock.now = end;
    },
    [Symbol.dispose]: () => {
      Object.assign(globalThis, real);
      Reflect.deleteProperty(performance, 'now');
      Date.now = realDate;
      Math.random = realRandom;
    },
  };
};
