import type { MessageCost } from './measure/messages.js';

const digits = (value: number): string => value.toFixed(value >= 100 ? 0 : value >= 10 ? 1 : 2);

const line = ({ title, bytes, takes, ratio, atMost }: MessageCost): string => {
  const met = atMost === undefined ? '' : takes <= atMost ? 'yes' : 'no';
  return `| ${[title, bytes, `${digits(takes)} µs`, digits(ratio), atMost === undefined ? '' : `${atMost} µs`, met].join(' | ')} |`;
};

/** The costs as Markdown. */
export const messageTable = (costs: readonly MessageCost[]): string =>
  [
    '| messages | bytes | takes | × `JSON.parse` | at most | met |',
    '| --- | ---: | ---: | ---: | ---: | ---: |',
    ...costs.map(line),
  ].join('\n');
