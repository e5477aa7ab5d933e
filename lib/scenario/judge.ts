import { fits } from './fits.js';
import type { Expectation, Scenario } from './scenario.js';
import { sideOf, type TimelineEvent } from './timeline.js';

/** Compares events with the expectations of a scenario. */
export interface Judge {
  readonly see: (event: TimelineEvent) => void;
  /** Returns true if every expectation is met. */
  readonly isSatisfied: () => boolean;
  /** Returns the expectations that are not met, and what was seen instead. */
  readonly failures: () => readonly string[];
}

interface Side {
  readonly expected: readonly Expectation[];
  readonly seen: TimelineEvent[];
  /** The number of expectations that are met. */
  met: number;
  /** The number of events up to the last one that was expected. */
  since: number;
}

const shown = 3;

/** Checks `see` and `never`; the events of the two sides are in order each, but not relative to each other. */
export const createJudge = ({ see, never = [] }: Pick<Scenario, 'see' | 'never'>, judgesLateness: boolean): Judge => {
  const sideFor = (name: 'unit' | 'cloud'): Side => ({
    expected: see.filter(({ event }) => sideOf(event) === name),
    seen: [],
    met: 0,
    since: 0,
  });
  const sides = { unit: sideFor('unit'), cloud: sideFor('cloud') };
  const forbidden: string[] = [];

  const isInTime = ({ from = 0, by = Infinity }: Expectation, { at }: TimelineEvent) =>
    at >= from && (at <= by || !judgesLateness);

  return {
    see: (event) => {
      const side = sides[sideOf(event.text)];
      side.seen.push(event);
      const next = side.expected[side.met];
      if (next !== undefined && fits(next.event, event.text) && isInTime(next, event)) {
        side.met++;
        side.since = side.seen.length;
      }
      if (never.some((pattern) => fits(pattern, event.text)))
        forbidden.push(`expected never "${event.text}", saw it at ${event.at} ms`);
    },
    isSatisfied: () => Object.values(sides).every(({ expected, met }) => met === expected.length),
    failures: () => [...Object.values(sides).flatMap(missing), ...forbidden],
  };
};

const missing = ({ expected, seen, met, since }: Side): readonly string[] => {
  const next = expected[met];
  if (next === undefined) return [];
  const before = expected[met - 1];
  const when = [
    ...(next.from === undefined ? [] : [`from ${next.from} ms`]),
    ...(next.by === undefined ? [] : [`by ${next.by} ms`]),
    ...(before === undefined ? [] : [`after "${before.event}"`]),
  ];
  const rest = seen.slice(since);
  const saw = [
    ...rest.slice(0, shown).map(({ at, text }) => `"${text}" at ${at} ms`),
    ...(rest.length > shown ? [`${rest.length - shown} more`] : []),
  ];
  return [
    `expected "${next.event}"${when.length > 0 ? ` ${when.join(' ')}` : ''}, saw ${saw.length === 0 ? 'nothing' : saw.join(', ')}`,
  ];
};
