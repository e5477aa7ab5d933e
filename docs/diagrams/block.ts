import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

/** A line of a diagram, as its page has it. */
export interface Row {
  readonly label: string;
  /** The marbles. With `during`, counted from each of these subscriptions, as `cold()` does. */
  readonly marbles?: string;
  readonly during: readonly string[];
  /** The captions below marbles. */
  readonly captions: Readonly<Record<string, string>>;
}

/** A marble diagram in the source of a page, made of the strings of one spec. */
export interface Block {
  readonly page: string;
  readonly name: string;
  readonly spec: string;
  /** The title of the test that the strings are from. */
  readonly test: string;
  readonly rows: readonly Row[];
}

const fence = /^```marble (\S+): (\S+)\n([^]*?)^```$/gm;
const row = /^(\S.*?) \| (?:'([^']*)')? ?(?:during((?: '[^']*')+))?$/;
const caption = /^ {2}(\S) = (.+)$/;

/** The diagrams of all pages below this folder. */
export const readBlocks = (folder: string): readonly Block[] =>
  readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((file) => file.endsWith('.md') && !file.startsWith('api/'))
    .sort()
    .flatMap((file) => blocksOf(join(folder, file)));

const blocksOf = (page: string): Block[] =>
  [...readFileSync(page, 'utf8').matchAll(fence)].map(([, name = '', spec = '', text = '']) => {
    const [first = '', ...lines] = text.trimEnd().split('\n');
    const test = /^test: (.+)$/.exec(first)?.[1];
    if (test === undefined) throw new Error(`${page}: the diagram ${name} does not begin with "test: TITLE"`);
    return { page, name, spec, test, rows: rowsOf(lines, `${page}: the diagram ${name}`) };
  });

const rowsOf = (lines: readonly string[], where: string): Row[] => {
  const rows: { label: string; marbles?: string; during: string[]; captions: Record<string, string> }[] = [];
  for (const line of lines) {
    const [, letter, text] = caption.exec(line) ?? [];
    const [, label, marbles, during = ''] = row.exec(line) ?? [];
    const last = rows.at(-1);
    if (letter !== undefined && text !== undefined && last) last.captions[letter] = text;
    else if (label !== undefined)
      rows.push({ label, ...(marbles === undefined ? {} : { marbles }), during: stringsIn(during), captions: {} });
    else throw new Error(`${where} has a line that is none: ${line}`);
  }
  return rows;
};

const stringsIn = (text: string): string[] => [...text.matchAll(/'([^']*)'/g)].map(([, string = '']) => string);
