/** Timers, clocks and random numbers of this process, all virtual until they are given back. */
export interface Clock extends Disposable {
  /** Milliseconds since the run began. */
  readonly now: () => number;
  /** Runs everything that is due within this time, in milliseconds, in the order of its time. */
  readonly pass: (duration: number) => Promise<void>;
}

interface Timer {
  readonly id: number;
  readonly act: () => void;
  readonly every: number | undefined;
  due: number;
}

/** What is replaced, by name. */
const names = ['setTimeout', 'clearTimeout', 'setInterval', 'clearInterval', 'setImmediate'] as const;
/** When virtual time begins, in milliseconds since 1970. */
const epoch = 1_800_000_000_000;

/**
 * Takes over the timers and clocks of this process: the server of dashboards has no ports for them. What waits for a
 * promise goes on before the next timer, so that a run is the same each time.
 */
export const takeOverTime = (random: () => number): Clock => {
  const real = Object.fromEntries(names.map((name) => [name, globalThis[name]]));
  const { setImmediate: turn } = globalThis;
  const { now: realDate } = Date;
  const { random: realRandom } = Math;
  const timers = new Map<number, Timer>();
  let time = 0;
  let count = 0;

  const set = (repeats: boolean) =>
    ((act: (...given: unknown[]) => void, delay = 0, ...given: unknown[]) => {
      const wait = Math.max(delay || 0, 0);
      const id = ++count;
      const every = repeats ? Math.max(wait, 1) : undefined;
      timers.set(id, { id, act: act.bind(undefined, ...given), every, due: time + wait });
      return id;
    }) as unknown;
  const clear = (id: unknown) => {
    timers.delete(id as number);
  };
  const soon = (act: (...given: unknown[]) => void, ...given: unknown[]) =>
    (set(false) as (...all: unknown[]) => unknown)(act, 0, ...given);
  const virtual = {
    setTimeout: set(false),
    setInterval: set(true),
    setImmediate: soon,
    clearTimeout: clear,
    clearInterval: clear,
  };
  Object.assign(globalThis, virtual);
  Object.defineProperty(performance, 'now', { configurable: true, value: () => time });
  Date.now = () => epoch + Math.floor(time);
  Math.random = random;

  const settle = () => new Promise((resolve) => turn(resolve));
  const next = (): Timer | undefined => {
    let first: Timer | undefined;
    for (const timer of timers.values()) if (!first || timer.due < first.due) first = timer;
    return first;
  };
  const pass = async (duration: number) => {
    const end = time + duration;
    await settle();
    for (let timer = next(); timer && timer.due <= end; timer = next()) {
      time = Math.max(time, timer.due);
      timers.delete(timer.id);
      // Given out again as the newest, so that of two that are due at once the older comes first.
      if (timer.every !== undefined) timers.set(timer.id, { ...timer, due: time + timer.every });
      timer.act();
      await settle();
    }
    time = end;
  };

  return {
    now: () => time,
    pass,
    [Symbol.dispose]: () => {
      Object.assign(globalThis, real);
      Reflect.deleteProperty(performance, 'now');
      Date.now = realDate;
      Math.random = realRandom;
    },
  };
};
