import type { VirtualClock } from '../testing/virtual/clock.js';

/** Lets virtual time pass until the work is done; promises settle between any two things that are due. */
export const whileTimePasses = async <T>(clock: VirtualClock, work: Promise<T>): Promise<T> => {
  const progress = { isOver: false };
  const watched = work.finally(() => (progress.isOver = true));
  watched.catch(() => undefined); // reported below, maybe some turns later
  do await new Promise((resolve) => setImmediate(resolve));
  while (!progress.isOver && clock.step());
  return watched;
};
