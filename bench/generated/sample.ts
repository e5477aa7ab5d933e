import { createHash } from 'node:crypto';
import type { Change } from './changes.js';

/** A change with the file that it is one of. */
export interface Placed extends Change {
  /** Relative to the compiled library. */
  readonly file: string;
  /** The text of the file. */
  readonly text: string;
}

/**
 * Draws changes at random. The seed and the text around a change decide on it alone, not the number or the order of the
 * others: the same sample is drawn again after code was added or removed elsewhere.
 */
export const sample = <T extends Placed>(all: readonly T[], count: number, seed: number): readonly T[] => {
  const times = new Map<string, number>();
  const drawn = all.map((change) => {
    const name = nameOf(change);
    const time = times.get(name) ?? 0;
    times.set(name, time + 1);
    return { change, lot: createHash('sha256').update(`${seed} ${time} ${name}`).digest('hex') };
  });
  drawn.sort((one, other) => (one.lot < other.lot ? -1 : 1));
  return drawn.slice(0, count).map(({ change }) => change);
};

/** The line of a change with its place in it, which stay where lines above come or go. */
const nameOf = ({ file, text, start, end, kind, put }: Placed): string => {
  const from = text.lastIndexOf('\n', start - 1) + 1;
  const line = text.slice(from, Math.max(end, (text + '\n').indexOf('\n', start)));
  return [file, kind, put, line.trim(), start - from - (line.length - line.trimStart().length)].join(' ');
};
