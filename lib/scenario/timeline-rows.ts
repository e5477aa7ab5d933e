import { sideOf, type TimelineEvent } from './timeline.js';

/** A stretch of time in which something was so. */
export interface Span {
  readonly from: number;
  /** Infinity where it lasted to the end. */
  readonly to: number;
  /** The class of its style. */
  readonly kind: string;
  readonly label: string;
  readonly title: string;
  /** The line in which it is drawn if several overlap. Default 0. */
  readonly lane?: number;
}

/** Something at a moment. */
export interface Mark {
  readonly at: number;
  readonly kind: string;
  readonly title: string;
}

/** A row of the picture. */
export interface TimelineRow {
  readonly name: string;
  readonly spans: readonly Span[];
  readonly marks: readonly Mark[];
}

type Seen = TimelineEvent & { readonly words: readonly string[] };

/** Returns the rows of a timeline, from the connection down to each message. */
export const timelineRows = (events: readonly TimelineEvent[]): readonly TimelineRow[] => {
  const seen: readonly Seen[] = events.map((event) => ({ ...event, words: event.text.split(' ') }));
  const of = (who: string) => seen.filter(({ words }) => words[0] === who);
  const messages = new Set(of('message').map(({ words }) => words[1] ?? ''));
  const rows: readonly TimelineRow[] = [
    { name: 'connection', spans: states(of('unit')), marks: [] },
    { name: 'app', spans: [], marks: of('app').map(mark) },
    ...[...messages].map((name) =>
      delivery(
        name,
        of('message').filter(({ words }) => words[1] === name),
      ),
    ),
    {
      name: 'cloud',
      spans: inLanes(sessions(of('cloud'))),
      marks: seen.filter(({ text }) => sideOf(text) === 'cloud').map(mark),
    },
    { name: 'log', spans: [], marks: of('log').map(mark) },
  ];
  return rows.filter(({ spans, marks }) => spans.length + marks.length > 0);
};

const titleOf = ({ at, text, detail }: TimelineEvent): string =>
  `${at} ms: ${text}${detail === undefined ? '' : `\n${detail}`}`;

/** Each lasts until the next. */
const inTurn = (
  seen: readonly Seen[],
  describe: (event: Seen) => Pick<Span, 'kind' | 'label'> | undefined,
): readonly Span[] =>
  seen.flatMap((event, index) => {
    const described = describe(event);
    const to = seen[index + 1]?.at ?? Infinity;
    const lasted = Number.isFinite(to) ? `\nfor ${to - event.at} ms` : '';
    return described ? [{ from: event.at, to, ...described, title: titleOf(event) + lasted }] : [];
  });

const states = (seen: readonly Seen[]): readonly Span[] =>
  inTurn(
    seen.filter(({ words }) => words[1] !== 'renewal'),
    ({ words: [, state = '', , delay = ''] }) => ({
      kind: state,
      label: state === 'waiting' ? `waits ${delay}` : state,
    }),
  );

const delivery = (name: string, seen: readonly Seen[]): TimelineRow => ({
  name,
  spans: inTurn(seen, ({ words: [, , status = '', attempt = ''] }) => {
    if (status === 'queued' || status === 'requeued') return { kind: 'queued', label: 'in the queue' };
    return status === 'sent' ? { kind: 'sent', label: `sent ${attempt}` } : undefined;
  }),
  marks: seen.map((event) => ({ ...mark(event), kind: event.words[2] ?? '' })),
});

const sessions = (seen: readonly Seen[]): readonly Span[] =>
  seen.flatMap((event, index) => {
    const [, what, number, change] = event.words;
    const isOutage = what === 'outage';
    if (!isOutage && !(what === 'session' && change === 'opened')) return [];
    const end = seen
      .slice(index)
      .find(({ words }) => (isOutage ? words[1] === 'restored' : words[2] === number && words[3] === 'closed'));
    const label = isOutage ? 'outage' : `session ${number ?? ''}`;
    return [
      { from: event.at, to: end?.at ?? Infinity, kind: isOutage ? 'outage' : 'session', label, title: titleOf(event) },
    ];
  });

/** Gives a session that is open in parallel to others a line of its own; an outage ends them all. */
const inLanes = (spans: readonly Span[]): readonly Span[] => {
  const ends: number[] = [];
  return spans.map((span) => {
    if (span.kind !== 'session') return span;
    const free = ends.findIndex((end) => end <= span.from);
    const lane = free < 0 ? ends.length : free;
    ends[lane] = span.to;
    return { ...span, lane };
  });
};

const mark = (event: Seen): Mark => ({ at: event.at, kind: kindOf(event), title: titleOf(event) });

const kindOf = ({ words: [who = '', what = ''], text }: Seen): string => {
  if (what === 'does') return 'fault';
  if (/ (refused|rejected|ignores|nacks|cannot|disconnected|outage)\b|HTTP|upgrade/.test(text)) return 'bad';
  return /acks|connected|restored|opened/.test(text) ? 'good' : who;
};
