import { dashed, type Option, type OptionTable } from './option.js';

const width = 100;

/** The part of a help text that lists the options: what each takes, does, and is when it is not given. */
export const optionsHelp = (options: OptionTable): string => {
  const rows = Object.entries(options).map(([name, option]) => [usage(name, option), about(option)] as const);
  const all = [
    ...rows,
    ['--help', 'Print this and exit.'] as const,
    ['--version', 'Print the version and exit.'] as const,
  ];
  return all.map(([left, right]) => `  ${left}\n${wrap(right, '        ')}`).join('\n');
};

const usage = (name: string, { placeholder }: Option<unknown>): string =>
  placeholder === undefined ? dashed(name) : `${dashed(name)} ${placeholder}`;

const about = ({ about: sentence, isRequired, fallback }: Option<unknown>): string => {
  if (isRequired) return `${sentence} Required.`;
  return typeof fallback === 'string' || typeof fallback === 'number' ? `${sentence} Default: ${fallback}.` : sentence;
};

const wrap = (text: string, indent: string): string => {
  const lines: string[] = [];
  let line = indent;
  for (const word of text.split(' ')) {
    if (line.length + word.length > width && line !== indent) {
      lines.push(line.trimEnd());
      line = indent;
    }
    line += `${word} `;
  }
  return [...lines, line.trimEnd()].join('\n');
};
