import { timelineRows, type TimelineRow } from './timeline-rows.js';
import type { TimelineEvent } from './timeline.js';

const left = 132;
const right = 28;
const top = 34;
const band = 24;
/** From one line of a row to the next. */
const step = band + 3;
const dot = 13;
const gap = 12;
const widest = 12_000;

/** A text as it may stand in a page. */
export const escaped = (text: string): string =>
  text.replace(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`);

/** A timeline as SVG; its colours are classes of the page. Time is drawn to a scale in which long waits are shorter. */
export const timelinePicture = (events: readonly TimelineEvent[]): string => {
  const x = scale(events.map(({ at }) => at));
  const width = x(Infinity) + right;
  let y = top;
  const drawn = timelineRows(events).map((row) => {
    const { svg, height } = drawRow(row, x, y);
    y += height + gap;
    return svg;
  });
  return `<svg viewBox="0 0 ${width} ${y}" width="${width}" height="${y}" role="group" aria-label="timeline">
${axis(events, x, y - gap / 2)}
${drawn.join('\n')}
</svg>`;
};

type Scale = (at: number) => number;

/** Every moment with an event gets room, and a wait the more the longer it was, by its logarithm. */
const scale = (moments: readonly number[]): Scale => {
  const times = [...new Set([0, ...moments])].sort((a, b) => a - b);
  const rooms = times.map((time, index) =>
    index === 0 ? 0 : 9 + 17 * Math.log2(1 + (time - (times[index - 1] ?? 0)) / 8),
  );
  const total = rooms.reduce((sum, room) => sum + room, 0);
  const factor = Math.min(1, widest / total) * Math.max(1, 920 / Math.max(1, total));
  const places = new Map<number, number>();
  let place = left + 10;
  for (const [index, time] of times.entries()) {
    place += (rooms[index] ?? 0) * factor;
    places.set(time, Math.round(place * 10) / 10);
  }
  const end = Math.round(place + 40);
  return (at) => places.get(at) ?? end;
};

const axis = (events: readonly TimelineEvent[], x: Scale, bottom: number): string => {
  let last = -Infinity;
  return [...new Set([0, ...events.map(({ at }) => at)])]
    .flatMap((at) => {
      if (x(at) - last < 58) return [];
      last = x(at);
      return [
        `<line class="grid" x1="${last}" x2="${last}" y1="${top - 8}" y2="${bottom}"/><text class="tick" x="${last}" y="${top - 14}">${timeText(at)}</text>`,
      ];
    })
    .join('');
};

/** `340 ms`, `12.5 s`. */
export const timeText = (at: number): string => (at < 1000 ? `${at} ms` : `${Number((at / 1000).toFixed(3))} s`);

const drawRow = (
  { name, spans, marks }: TimelineRow,
  x: Scale,
  y: number,
): { readonly svg: string; readonly height: number } => {
  const lanes = Math.max(...spans.map(({ lane = 0 }) => lane + 1), 0);
  const bands = Math.max(0, lanes * step - 3);
  const first = bands > 0 ? bands + 8 : 12;
  const heights = new Map<number, number>();
  const dots = marks.map(({ at, kind, title }) => {
    const level = heights.get(at) ?? 0;
    heights.set(at, level + 1);
    const onBand = isOfMessage(kind);
    const cy = onBand ? y + band / 2 : y + first + level * dot;
    return hover(`<circle class="dot ${kind}" cx="${x(at)}" cy="${cy}" r="${onBand ? 5 : 4.5}"/>`, title);
  });
  const stacked = marks.some(({ kind }) => !isOfMessage(kind))
    ? Math.max(...heights.values()) * dot + first - bands - 4
    : 0;
  const height = Math.max(bands + stacked, 20);
  const shapes = spans.map(({ from, to, kind, label, title, lane = 0 }) => {
    const its = y + lane * step;
    const width = Math.max(2, x(to) - x(from));
    const text =
      label.length * 6.4 + 16 < width
        ? `<text class="label" x="${x(from) + 7}" y="${its + 16}">${escaped(label)}</text>`
        : '';
    return hover(
      `<rect class="span ${kind}" x="${x(from)}" y="${its}" width="${width}" height="${band}" rx="4"/>${text}`,
      title,
    );
  });
  const short = name.length > 17 ? `${name.slice(0, 16)}…` : name;
  return {
    svg: `<text class="row" x="${left - 8}" y="${y + 16}">${escaped(short)}</text>${shapes.join('')}${dots.join('')}`,
    height,
  };
};

const isOfMessage = (kind: string): boolean => ['queued', 'sent', 'requeued', 'acknowledged', 'dropped'].includes(kind);

const hover = (shape: string, title: string): string =>
  `<g class="hover" role="img"><title>${escaped(title)}</title>${shape}</g>`;
