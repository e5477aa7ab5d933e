import { styleText } from 'node:util';
import { listed, wrap } from './text.js';

/** The side that a row describes. */
export type Side = 'cloud' | 'unit';

/** One line of the timeline. Rows that differ in `item` only are drawn together. */
export interface Row {
  readonly side: Side;
  readonly text: string;
  /** A name and a number, as in `alerts 3`. */
  readonly item?: string;
  readonly isTrouble?: boolean;
}

/** The output of a timeline. */
export interface Screen {
  readonly write: (text: string) => unknown;
  readonly isTTY?: boolean;
  readonly columns?: number;
}

/** Draws the events in two columns as they happen. */
export interface Timeline {
  readonly heading: (title: string, about: string) => void;
  /** Draws the names of the columns. */
  readonly legend: () => void;
  readonly row: (row: Row) => void;
  /** Draws the claim that a chapter has proved. */
  readonly proved: (text: string) => void;
  readonly table: (rows: readonly (readonly [string, string])[]) => void;
  readonly note: (text: string) => void;
  /** Nothing is drawn any more. */
  readonly end: () => void;
}

type Style = Parameters<typeof styleText>[0];

/** Rows that come within this time, in milliseconds, may be drawn together. */
const together = 20;
const widest = 100;
const margin = '  ';

const hasColours = ({ isTTY }: Screen): boolean =>
  isTTY === true && !process.env['NO_COLOR'] && process.env['TERM'] !== 'dumb';

/** Draws on a screen of up to 100 columns; in colours only where a person looks at it and does not mind. */
export const createTimeline = (screen: Screen): Timeline => {
  const start = performance.now();
  const coloured = hasColours(screen);
  let pending: (Omit<Row, 'item'> & { readonly at: number; readonly items: string[] }) | undefined;
  let timer: NodeJS.Timeout | undefined;
  let ended = false;

  const paint = (style: Style, text: string) =>
    coloured && text !== '' ? styleText(style, text, { validateStream: false }) : text;
  const width = () => Math.min(screen.columns ?? widest, widest) - 1;
  const write = (text = '') => {
    if (!ended) screen.write(`${text}\n`);
  };
  const paragraph = (text: string, style: Style, indent: string) => {
    for (const line of wrap(text, Math.max(width() - indent.length, 10))) write(indent + paint(style, line));
  };

  /** The widths of the two columns. */
  const columns = () => {
    const both = width() - margin.length - 11;
    const left = Math.max(Math.floor(both * 0.4), 10);
    return { left, right: Math.max(both - left, 10) };
  };
  const draw = ({ side, text, items, isTrouble, at }: NonNullable<typeof pending>) => {
    const time = (at / 1000).toFixed(3).padStart(7);
    const { left, right } = columns();
    const style: Style = isTrouble ? 'yellow' : side === 'cloud' ? 'cyan' : 'green';
    const lines = wrap([text, listed(items)].filter((part) => part !== '').join(' '), side === 'cloud' ? left : right);
    const gap = side === 'cloud' ? '' : ' '.repeat(left + 2);
    lines.forEach((line, index) => {
      write(`${margin}${paint('dim', index === 0 ? time : ' '.repeat(7))}  ${gap}${paint(style, line)}`);
    });
  };
  const flush = () => {
    clearTimeout(timer);
    if (pending !== undefined) draw(pending);
    pending = undefined;
  };

  return {
    heading: (title, about) => {
      flush();
      write();
      write(paint('bold', title));
      paragraph(about, 'dim', margin);
    },
    legend: () => {
      write();
      write(paint('dim', `${margin}seconds  ${'the cloud'.padEnd(columns().left)}  the unit`));
    },
    row: ({ item, ...row }) => {
      if (pending?.side === row.side && pending.text === row.text && item !== undefined) {
        pending.items.push(item);
        return;
      }
      flush();
      pending = { ...row, items: item === undefined ? [] : [item], at: performance.now() - start };
      timer = setTimeout(flush, together);
    },
    proved: (text) => {
      flush();
      paragraph(`✓ ${text}`, 'bold', margin);
    },
    table: (rows) => {
      flush();
      const names = Math.max(...rows.map(([name]) => name.length));
      const values = Math.max(...rows.map(([, value]) => value.length));
      const rule = `${margin}${'─'.repeat(names + values + 3)}`;
      write();
      write(rule);
      for (const [name, value] of rows) write(`${margin}${name.padEnd(names)}   ${value.padStart(values)}`);
      write(rule);
    },
    note: (text) => {
      flush();
      write();
      paragraph(text, 'bold', margin);
    },
    end: () => {
      flush();
      ended = true;
    },
  };
};
