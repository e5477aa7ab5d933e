import { oneLine } from '../../protocol/one-line.js';
import { painted } from '../io/colour.js';
import type { CertificateStatus, PastEvent, Totals, UnitStatus } from '../unit/status.js';
import type { Followed } from './follow.js';
import { clock, lasting, whole } from './words.js';

/** The way in which a picture is made. */
export interface PictureOptions {
  readonly url: string;
  /** The most lines. Events fill what the rest leaves; without room there are no empty lines between the parts. */
  readonly rows: number;
  /** The width, at which a cause continues on the next line; what else is wider is for the screen to cut off. */
  readonly columns: number;
  readonly colour: boolean;
  /** True if other pictures follow: there are rates, and the key that ends it. */
  readonly isLive: boolean;
}

/** Paints the text in a colour, by its number in SGR, without what a terminal obeys: the other side has a say in it. */
type Paint = (text: string, colour?: number) => string;

const [bold, dim, red, green, yellow] = [1, 2, 31, 32, 33];
const labelWidth = 12;
const cellWidth = 11;
const leastEvents = 3;
const day = 86_400_000;
/** A certificate with fewer days left is shown in yellow. */
const fewDays = 14;

/** The lines that show what is known of a unit. */
export const picture = ({ status, rates, lost }: Followed, options: PictureOptions): readonly string[] => {
  const { url, rows, columns, colour, isLive } = options;
  const paint: Paint = (text, code) => painted(oneLine(text), code ?? 0, colour && code !== undefined);
  const missing = lost ? lostLines(lost, url, columns, paint) : [];
  if (status === undefined) return lost ? missing.slice(0, rows) : [paint(`unitlink top: asking ${url}`)];
  const parts = [
    [title(status, isLive, paint), ...missing],
    stateLines(status, columns, paint),
    numberLines(status.totals, isLive ? { rates } : undefined, paint),
    status.certificates.map((certificate) => certificateLine(certificate, Date.parse(status.now), paint)),
  ].filter((part) => part.length > 0);
  const isRoomy = parts.flat().length + parts.length + leastEvents <= rows;
  const lines = parts.flatMap((part) => (isRoomy ? [...part, ''] : part));
  const room = rows - lines.length;
  const events = room > 0 ? status.events.slice(-room).map((event) => eventLine(event, paint)) : [];
  return [...lines, ...events].slice(0, rows);
};

const lostLines = (
  { why, since }: NonNullable<Followed['lost']>,
  url: string,
  columns: number,
  paint: Paint,
): readonly string[] => [
  ...folded(`NO ANSWER from ${url} since ${clock(since)}: ${why}`, columns).map((line) => paint(line, red)),
  paint('It is asked again and again. What is shown was known before.', dim),
];

const title = ({ systemId, pid, uptime, now }: UnitStatus, isLive: boolean, paint: Paint): string => {
  const name = `${paint(`unitlink top  ${systemId}`, bold)}   process ${pid}, up ${lasting(uptime)}`;
  return `${name}   ${clock(Date.parse(now))}${isLive ? paint('   q: quit', dim) : ''}`;
};

const stateLines = (
  { state, queue, reconnects, now }: UnitStatus,
  columns: number,
  paint: Paint,
): readonly string[] => {
  const { state: name, at, attempt = 0, delay = 0, cause, storeError } = state;
  const { size, capacity, inFlight, lanes } = queue;
  const total = Object.values(reconnects).reduce((sum, count) => sum + count, 0);
  const colours: Readonly<Record<string, number>> = { connected: green, stopped: red };
  const since = ` for ${lasting(Date.parse(now) - Date.parse(at))}`;
  const next = name === 'waiting' ? `, attempt ${attempt} after ${lasting(delay)}` : '';
  const row = (label: string, text: string | undefined, colour?: number): readonly string[] =>
    text === undefined
      ? []
      : folded(text, columns - labelWidth).map(
          (line, n) => (n === 0 ? label : '').padEnd(labelWidth) + paint(line, colour),
        );
  return [
    `${'State'.padEnd(labelWidth)}${paint(name, colours[name] ?? yellow)}${since}${next}`,
    ...row('Cause', cause && `${cause.name}: ${cause.message}`),
    ...row('Store', storeError && `${storeError.name}: ${storeError.message}`, red),
    ...row('Cloud', state.url),
    ...row('Queue', `${whole(size)} of ${whole(capacity)}: ${numbers(lanes)}`),
    ...row('In flight', whole(inFlight)),
    ...row('Reconnects', `${whole(total)}${total > 0 ? ` (${numbers(reconnects)})` : ''}`),
  ];
};

const numbers = (counts: Readonly<Record<string, number>>): string =>
  Object.entries(counts)
    .map(([name, count]) => `${name} ${whole(count)}`)
    .join(', ');

/** At most three lines. */
const folded = (text: string, width: number): readonly string[] =>
  [0, 1, 2].map((n) => text.slice(n * width, (n + 1) * width)).filter((line, n) => n === 0 || line !== '');

const shown = ['sent', 'acked', 'nacked', 'resent', 'dropped', 'received'] as const satisfies (keyof Totals)[];

const numberLines = (
  totals: Totals,
  live: { readonly rates: Totals | undefined } | undefined,
  paint: Paint,
): readonly string[] => {
  const row = (label: string, cell: (name: keyof Totals) => string) =>
    label.padEnd(labelWidth) + shown.map((name) => cell(name).padStart(cellWidth)).join('');
  const head = row('Messages', (name) => name);
  const rates = live && row('a second', (name) => live.rates?.[name].toFixed(1) ?? '–');
  return [paint(head, bold), ...(rates === undefined ? [] : [rates]), row('in all', (name) => whole(totals[name]))];
};

const certificateLine = ({ name, subject, validTo }: CertificateStatus, now: number, paint: Paint): string => {
  const left = Math.floor((Date.parse(validTo) - now) / day);
  const text = left < 0 ? 'expired' : `${left} ${left === 1 ? 'day' : 'days'} left`;
  const colour = left < 0 ? red : left < fewDays ? yellow : undefined;
  const label = (name === 'CA' ? 'CA' : 'Certificate').padEnd(labelWidth);
  return `${label}${paint(subject)} until ${paint(validTo.slice(0, 10))}, ${paint(text, colour)}`;
};

const eventLine = ({ at, level, text, times }: PastEvent, paint: Paint): string => {
  const colours: Readonly<Record<string, number>> = { error: red, warn: yellow };
  const often = times === undefined ? '' : `${whole(times)} times: `;
  return `${clock(Date.parse(at)).padEnd(labelWidth)}${paint(often + text, colours[level])}`;
};
