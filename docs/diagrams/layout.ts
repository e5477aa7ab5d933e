import type { Line, Mark } from './timeline.js';

/** The positions of the moments of a diagram on its axis, in pixels. */
export interface Layout {
  /** The middle of the first mark of that moment. */
  readonly xAt: (time: number) => number;
  readonly times: readonly number[];
  readonly end: number;
}

/** Between two marks of one line. */
const space = 8;
const leastWidth = 26;

/** The approximate width of a text: the fonts of the readers are not known. */
export const widthOf = (text: string, size: number): number => text.length * size * 0.56;

/** The width of a mark with its caption. */
export const markWidth = ({ caption }: Mark): number => Math.max(leastWidth, widthOf(caption, 11));

/** The marks of a line, those of one moment together. */
export const moments = ({ marks }: Line): ReadonlyMap<number, readonly Mark[]> => {
  const found = new Map<number, Mark[]>();
  for (const mark of marks) found.set(mark.at, [...(found.get(mark.at) ?? []), mark]);
  return found;
};

/**
 * Puts the moments in a row: a longer time is a longer way, by its logarithm, so that a millisecond and ten minutes have
 * room in one picture; and no caption covers the next.
 */
export const layOut = (lines: readonly Line[], start: number): Layout => {
  const groups = lines.map(moments);
  const spans = lines.flatMap((line) => line.spans ?? []);
  const times = [
    ...new Set([
      0,
      ...groups.flatMap((group) => [...group.keys()]),
      ...spans.flatMap(({ from, to }) => (to === undefined ? [from] : [from, to])),
    ]),
  ].sort((a, b) => a - b);
  const xs = new Map<number, number>();
  /** Up to where each line is taken. */
  const taken = groups.map(() => start);
  let before: { readonly time: number; readonly x: number } | undefined;
  /** The end of the marks of one moment, so that none of them is at a later time. */
  let together = start;
  for (const time of times) {
    const way = before ? before.x + wayOf(time - before.time) : start;
    const free = groups.map((group, n) => {
      const [first] = group.get(time) ?? [];
      return first ? (taken[n] ?? start) + markWidth(first) / 2 : start;
    });
    const x = Math.max(way, together, ...free);
    groups.forEach((group, n) => {
      const [first, ...others] = group.get(time) ?? [];
      if (!first) return;
      const end = others.reduce((to, mark) => to + space + markWidth(mark), x + markWidth(first) / 2);
      taken[n] = end + space;
      if (others.length > 0) together = Math.max(together, end);
    });
    xs.set(time, x);
    before = { time, x };
  }
  const last = before?.x ?? start;
  return { xAt: (time) => xs.get(time) ?? last, times, end: Math.max(last + 24, ...taken) };
};

const wayOf = (duration: number): number => 34 + 22 * Math.log10(duration);
