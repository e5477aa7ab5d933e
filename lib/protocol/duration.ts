const year = 31_556_925.974_74;
const day = 86_400;

const ofUnits: Readonly<Record<string, number>> = {
  ns: 1e-9,
  us: 1e-6,
  µs: 1e-6,
  ms: 1e-3,
  s: 1,
  m: 60,
  h: 3600,
  d: day,
  w: 7 * day,
  y: year,
};
const units = /(\d+(?:\.\d+)?)(ns|us|µs|ms|s|m|h|d|w|y)/g;
const unitText = /^(?:\d{1,15}(?:\.\d{1,15})?(?:ns|us|µs|ms|s|m|h|d|w|y))+$/;
const iso =
  /^(-?)P(?:(\d{1,15})Y)?(?:(\d{1,15})M)?(?:(\d{1,15})W)?(?:(\d{1,15})D)?(?:T(?:(\d{1,15})H)?(?:(\d{1,15})M)?(?:(\d{1,15}(?:[.,]\d{1,15})?)S)?)?$/;
const ofIso = [year, year / 12, 7 * day, day, 3600, 60, 1];
const longest = 100;

/**
 * A duration in seconds, with its fraction: a number of seconds, as number or text; units such as `1h20m1s`; or ISO 8601
 * with integers but for the seconds, such as `P1DT2H` and `PT0.5S`.
 */
export const readDuration = (value: unknown): number | undefined => {
  if (typeof value === 'number') return Number.isFinite(value) ? value : undefined;
  if (typeof value !== 'string' || value.length > longest) return undefined;
  const text = value.trim();
  if (/^\d+(?:\.\d+)?$/.test(text)) return Number(text);
  if (unitText.test(text))
    return Array.from(text.matchAll(units)).reduce(
      (sum, [, n, unit = '']) => sum + Number(n) * (ofUnits[unit] ?? 0),
      0,
    );
  const [whole, sign, ...parts] = iso.exec(text) ?? [];
  if (whole === undefined || parts.every((part: string | undefined) => part === undefined)) return undefined;
  const seconds = parts.reduce(
    (sum, part: string | undefined, n) => sum + Number(part?.replace(',', '.') ?? 0) * (ofIso[n] ?? 0),
    0,
  );
  return sign === '-' ? -seconds : seconds;
};
