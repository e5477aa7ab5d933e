import { maxTimeout } from '../time/max-timeout.js';

/**
 * The wait that a `Retry-After` header asks for, in milliseconds and as long as a timer can wait at most, as a member to spread: a number of
 * seconds or an HTTP date (RFC 9110, its obsolete forms included). A date is taken by the clock of the server, which
 * its `Date` header shows; by that of this machine where there is none.
 */
export const retryAfterHeader = (
  value: string | null | undefined,
  date?: string | null,
  now: () => number = Date.now,
): { readonly retryAfter?: number } => {
  if (value === null || value === undefined) return {};
  const wait = /^\d+$/.test(value) ? Number(value) * 1000 : httpDate(value, now()) - sentAt(date, now());
  return wait > 0 ? { retryAfter: Math.min(wait, maxTimeout) } : {};
};

const sentAt = (date: string | null | undefined, now: number): number => {
  const sent = httpDate(date ?? '', now);
  return Number.isNaN(sent) ? now : sent;
};

const months = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'];
const time = '(\\d\\d):(\\d\\d):(\\d\\d)';
/** `Sun, 06 Nov 1994 08:49:37 GMT`, and `Sunday, 06-Nov-94 08:49:37 GMT`. */
const dayFirst = new RegExp(`^[A-Za-z]+, (\\d\\d)[ -]([A-Za-z]{3})[ -](\\d{4}|\\d\\d) ${time} GMT$`);
/** `Sun Nov  6 08:49:37 1994` */
const monthFirst = new RegExp(`^[A-Za-z]{3} ([A-Za-z]{3}) ([ \\d]\\d) ${time} (\\d{4})$`);

/** An HTTP date in milliseconds since 1970; NaN where it is none. */
const httpDate = (text: string, now: number): number => {
  const [, day, monthName = '', year = '', ...clock] = dayFirst.exec(text) ?? [];
  if (day !== undefined) return utc(fullYear(year, now), monthName, day, clock);
  const [, named = '', dayOfMonth, hours, minutes, seconds, inYear] = monthFirst.exec(text) ?? [];
  return utc(Number(inYear), named, dayOfMonth, [hours, minutes, seconds]);
};

const utc = (year: number, month: string, day: string | undefined, clock: readonly (string | undefined)[]): number => {
  const [hours, minutes, seconds] = clock.map(Number);
  const index = months.indexOf(month);
  return index < 0 ? NaN : Date.UTC(year, index, Number(day), hours, minutes, seconds);
};

/** Two digits that would be more than 50 years ahead are of the century before. */
const fullYear = (year: string, now: number): number => {
  if (year.length === 4) return Number(year);
  const thisYear = new Date(now).getUTCFullYear();
  const inThisCentury = thisYear - (thisYear % 100) + Number(year);
  return inThisCentury > thisYear + 50 ? inThisCentury - 100 : inThisCentury;
};
