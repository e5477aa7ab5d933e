import type { Failover, Outcome } from './simulate.js';

export const percent = (share: number): string =>
  `${share < 0.0995 ? (share * 100).toFixed(1) : String(Math.round(share * 100))} %`;

/** Seconds, or a dash where it never came to that. */
export const seconds = (time: number | undefined): string =>
  time === undefined ? '–' : `${(time / 1000).toFixed(time < 9950 ? 1 : 0)} s`;

const headings = ['', 'peak in 100 ms', 'attempts a unit', 'refused when back', '99 % back after', 'gave up'];

/** A table for people: the peak in parts of the fleet, attempts a unit (and those in vain once the cloud was back), times from its return. */
export const table = (outcomes: readonly Outcome[], { units }: Failover): string => {
  const rows = outcomes.map(({ name, peak, attempts, refused, nearlyAll, gaveUp }) => [
    name,
    percent(peak),
    (attempts / units).toFixed(1),
    (refused / units).toFixed(1),
    seconds(nearlyAll),
    gaveUp === 0 ? '' : percent(gaveUp / units),
  ]);
  const widths = headings.map((heading, column) =>
    Math.max(heading.length, ...rows.map((row) => (row[column] ?? '').length)),
  );
  const line = (cells: readonly string[]) =>
    cells
      .map((cell, column) => (column === 0 ? cell.padEnd(widths[0] ?? 0) : cell.padStart(widths[column] ?? 0)))
      .join('   ')
      .trimEnd();
  return [headings, ...rows].map(line).join('\n');
};
