import type { VirtualClock } from './virtual-clock.js';

/** Goes from one thing that is due to the next until the work is done, and lets promises settle in between. */
export const whileTimePasses = async <T>(clock: VirtualClock, work: Promise<T>): Promise<T> => {
  const progress = { isOver: false };
  const watched = work.finally(() => (progress.isOver = true));
  watched.catch(() => undefined); // told below, maybe some turns later
  do await new Promise((resolve) => setImmediate(resolve));
  while (!progress.isOver && clock.step());
  return watched;
};
