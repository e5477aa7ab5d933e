import type { Block } from './block.js';
import { layOut, markWidth, moments, widthOf, type Layout } from './layout.js';
import type { Palette } from './palette.js';
import { timeline, type Line, type Mark, type Span } from './timeline.js';

const margin = 16;
const rowHeight = 58;
const radius = 12;
const font = 'font-family="system-ui, -apple-system, Segoe UI, Roboto, sans-serif"';

/** Returns the diagram as a self-contained picture. */
export const draw = (block: Block, palette: Palette): string => {
  const lines = timeline(block);
  const labels = Math.max(...lines.map(({ label }) => widthOf(label, 14)));
  const layout = layOut(lines, margin + labels + 28);
  const width = Math.ceil(layout.end + margin);
  const bottom = margin + lines.length * rowHeight;
  const axis = axisOf(layout, bottom, palette);
  const height = bottom + (axis === '' ? 0 : 22);
  const letters = [...new Set(lines.flatMap(({ marks }) => marks.map(({ sign }) => sign.toLowerCase())))];
  const colour = ({ sign }: Mark): string =>
    palette.marks[letters.indexOf(sign.toLowerCase()) % palette.marks.length] ?? palette.ink;
  const parts = [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" width="${width}" height="${height}" role="img" ${font}>`,
    `<title>${escaped(block.test)}</title>`,
    ...guides(layout, bottom, palette),
    ...lines.flatMap((line, n) => drawLine(line, margin + n * rowHeight + 22, layout, palette, colour)),
    axis,
    '</svg>',
  ];
  return `${parts.filter((part) => part !== '').join('\n')}\n`;
};

const drawLine = (
  line: Line,
  y: number,
  layout: Layout,
  palette: Palette,
  colour: (mark: Mark) => string,
): readonly string[] => {
  const spans = (line.spans ?? []).filter(({ from, to }) => from !== to);
  return [
    text(line.label, margin, y + 4.5, `font-size="13" font-weight="600" fill="${palette.ink}"`),
    ...(spans.length > 0 ? drawSpans(spans, y, layout, palette) : [arrow(layout.xAt(0) - 14, layout.end, y, palette)]),
    ...[...moments(line)].flatMap(([time, marks]) => drawMoment(marks, layout.xAt(time), y, palette, colour)),
  ];
};

/** A line that is over at once is no more than its marks; one that begins when another ends is drawn behind that. */
const drawSpans = (spans: readonly Span[], y: number, { xAt, end }: Layout, { span: fill }: Palette): string[] =>
  spans.map(({ from, to }) => {
    const follows = spans.some((other) => other.to === from);
    const x = xAt(from) + (follows ? radius + 6 : -radius - 2);
    const width = (to === undefined ? end : xAt(to) + radius + 2) - x;
    return `<rect x="${round(x)}" y="${y - radius - 2}" width="${round(width)}" height="${2 * radius + 4}" rx="${radius + 2}" fill="${fill}"/>`;
  });

const drawMoment = (
  marks: readonly Mark[],
  first: number,
  y: number,
  palette: Palette,
  colour: (mark: Mark) => string,
): string[] => {
  let x = first;
  return marks.flatMap((mark, n) => {
    const before = marks[n - 1];
    if (before) x += markWidth(before) / 2 + 8 + markWidth(mark) / 2;
    const fill = `font-size="11" text-anchor="middle" fill="${mark.sign === '#' ? palette.error : palette.faint}"`;
    return [drawMark(mark, x, y, palette, colour), ...(mark.caption ? [text(mark.caption, x, y + 29, fill)] : [])];
  });
};

const drawMark = (mark: Mark, x: number, y: number, palette: Palette, colour: (mark: Mark) => string): string => {
  if (mark.sign === '|')
    return `<path d="M${round(x)} ${y - radius}v${2 * radius}" stroke="${palette.ink}" stroke-width="2.5" stroke-linecap="round"/>`;
  if (mark.sign === '#')
    return `<path d="M${round(x - 7)} ${y - 7}l14 14m0 -14l-14 14" stroke="${palette.error}" stroke-width="2.5" stroke-linecap="round"/>`;
  const letter = text(
    mark.sign,
    x,
    y + 4.5,
    `font-size="13" font-weight="600" text-anchor="middle" fill="${palette.onMark}"`,
  );
  return `<circle cx="${round(x)}" cy="${y}" r="${radius}" fill="${colour(mark)}"/>${letter}`;
};

const arrow = (from: number, to: number, y: number, { faint }: Palette): string =>
  `<path d="M${round(from)} ${y}H${round(to)}m-6 -4l6 4l-6 4" fill="none" stroke="${faint}" stroke-width="1.5" stroke-linecap="round" stroke-linejoin="round"/>`;

const guides = ({ times, xAt }: Layout, bottom: number, { guide }: Palette): string[] =>
  times.map(
    (time) => `<path d="M${round(xAt(time))} ${margin - 4}V${bottom - 4}" stroke="${guide}" stroke-dasharray="2 4"/>`,
  );

/** The times below the picture, none where they are those of a drawing: a frame is a millisecond, whatever is meant. */
const axisOf = ({ times, xAt }: Layout, bottom: number, { faint }: Palette): string => {
  const span = times.at(-1) ?? 0;
  if (span < 100) return '';
  let [shown, free] = ['', -Infinity];
  return times
    .flatMap((time) => {
      const label = timeText(time, span);
      const half = widthOf(label, 11) / 2;
      if (label === shown || xAt(time) - half < free) return [];
      [shown, free] = [label, xAt(time) + half + 6];
      return [text(label, xAt(time), bottom + 12, `font-size="11" text-anchor="middle" fill="${faint}"`)];
    })
    .join('\n');
};

const timeText = (time: number, span: number): string => {
  if (span < 1000) return `${time} ms`;
  if (span < 180_000) return `${Math.round(time / 100) / 10} s`;
  return `${Math.round(time / 6000) / 10} min`;
};

const text = (content: string, x: number, y: number, attributes: string): string =>
  `<text x="${round(x)}" y="${round(y)}" ${attributes}>${escaped(content)}</text>`;

const round = (value: number): number => Math.round(value * 10) / 10;

const escaped = (content: string): string =>
  content.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
