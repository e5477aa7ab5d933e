import { readFileSync } from 'node:fs';

const units: Readonly<Record<string, number>> = { '': 1, s: 1000, min: 60_000, KiB: 1024, MiB: 1024 ** 2 };

/** The value that a comment names: a number with its unit, in milliseconds or bytes, a boolean or a text; else undefined. */
const valueOf = (comment: string): unknown => {
  const [, number, unit = ''] = /^([\d,.]+)(?: (s|min|KiB|MiB))?\b/.exec(comment) ?? [];
  if (number !== undefined) return Number(number.replaceAll(',', '')) * (units[unit] ?? NaN);
  if (/^(?:true|false)\b/.test(comment)) return comment.startsWith('true');
  if (comment === 'no limit') return Infinity;
  return /^`([^`]+)`$/.exec(comment)?.[1];
};

/** The defaults that the comments of the options in a file of sources promise, as far as they are numbers, booleans and texts. */
export const documentedDefaults = (file: string): ReadonlyMap<string, unknown> => {
  const found = readFileSync(file, 'utf8').matchAll(
    /@defaultValue (.+)\n(?:\s+\*(?!\/).*\n)*\s+\*\/\n\s+readonly (\w+)\?/g,
  );
  return new Map(
    [...found].flatMap(([, comment = '', name = '']) => {
      const value = valueOf(comment.trim());
      return value === undefined ? [] : [[name, value] as const];
    }),
  );
};
