/** A clock that was behind by less than this is taken for inexact, not for one that slept; in milliseconds. */
const shortestSleep = 2000;

/**
 * The clock of the timers plus the time that the machine slept: timers stand still then, and what waits for them
 * grows old all the same. Both clocks in milliseconds; `uptime` counts sleep, `now` need not. It begins with the first call.
 */
export const sleepClock = (now: () => number, uptime: () => number): (() => number) => {
  let last: { readonly now: number; readonly uptime: number } | undefined;
  let slept = 0;
  return () => {
    const next = { now: now(), uptime: uptime() };
    const asleep = last === undefined ? 0 : next.uptime - last.uptime - (next.now - last.now);
    if (asleep >= shortestSleep) slept += asleep;
    last = next;
    return next.now + slept;
  };
};
