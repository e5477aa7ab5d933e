const units: Readonly<Record<string, number>> = { ms: 1, s: 1000, m: 60_000, h: 3_600_000 };

/** The durations that {@link readDuration} reads, as a pattern of JSON Schema. */
export const durationPattern = '^\\d+(\\.\\d+)? ?(ms|s|m|h)$';

const form = new RegExp(durationPattern);

/** A text such as `250ms`, `1.5s` or `2m` in milliseconds; undefined for any other text. */
export const readDuration = (text: string): number | undefined => {
  if (!form.test(text)) return undefined;
  const number = Number.parseFloat(text);
  return Math.round(number * (units[text.replace(/^[\d.]+ ?/, '')] ?? 1));
};
