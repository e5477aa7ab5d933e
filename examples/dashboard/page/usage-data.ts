import type { Hole, Point } from 'unitlink/dashboard';

/** What uPlot draws: times in seconds, and a line each. */
export type Lines = [number[], (number | null)[], (number | null)[]];

/** Between two points further apart than this, in milliseconds, no line is drawn: nobody measured. */
const apart = 2500;

/** The points as lines, which end where the next point is far away. */
export const linesOf = (points: readonly Point[], since: number): Lines => {
  const lines: Lines = [[], [], []];
  let last = Infinity;
  for (const [at, cpu, ram] of points) {
    if (at < since - apart || cpu === undefined || ram === undefined) continue;
    if (at - last > apart) push(lines, last + 1, null, null);
    push(lines, at, cpu, ram);
    last = at;
  }
  return lines;
};

const push = ([times, first, second]: Lines, at: number, cpu: number | null, ram: number | null): void => {
  times.push(at / 1000);
  first.push(cpu);
  second.push(ram);
};

/** The stretches without a point that began while the server could not say what happened: what was there is lost. */
export const lostIn = (points: readonly Point[], holes: readonly Hole[]): readonly Hole[] => {
  if (holes.length === 0) return [];
  const lost: Hole[] = [];
  let from = Infinity;
  for (const [to, ...values] of points) {
    if (values.length === 0) continue; // is the hole itself
    if (to - from > apart && holes.some((hole) => hole.from < to && hole.to > from)) lost.push({ from, to });
    from = to;
  }
  return lost;
};
