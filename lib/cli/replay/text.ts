import { oneLine } from '../../protocol/one-line.js';
import type { TimelineEvent } from '../../scenario/timeline.js';

const colours = { good: 32, bad: 31, soft: 2 } as const;

/** The head of a timeline. */
export const titleText = (title: string, file: string): string =>
  `\n${title === file ? '' : `${oneLine(title)}\n`}${oneLine(file)}\n`;

/** An event for people: time, who, what. */
export const seenText = ({ at, text, detail }: TimelineEvent, colour: boolean): string => {
  const [who, what] = split(text);
  const rest = detail === undefined ? '' : `  ${painted(oneLine(detail), 'soft', colour)}`;
  return `${(at / 1000).toFixed(3).padStart(10)}  ${who.padEnd(7)}  ${oneLine(what)}${rest}\n`;
};

/** Splits the text of an event into its side and the rest. */
export const split = (text: string): readonly [who: string, what: string] => {
  const blank = text.indexOf(' ');
  return [text.slice(0, blank), text.slice(blank + 1)];
};

/** The last lines of a timeline: whether it passed, and why not. */
export const verdictText = (name: string, failures: readonly string[], colour: boolean): string =>
  failures.length === 0
    ? `${painted('passed', 'good', colour)}: ${oneLine(name)}\n`
    : failures.map((failure) => `${painted('failed', 'bad', colour)}: ${oneLine(failure)}\n`).join('');

const painted = (text: string, kind: keyof typeof colours, colour: boolean): string =>
  colour ? `\u001b[${colours[kind]}m${text}\u001b[0m` : text;
