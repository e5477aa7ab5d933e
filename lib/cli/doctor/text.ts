import { oneLine } from '../../protocol/one-line.js';
import { redactText } from '../../protocol/redact-text.js';
import { painted } from '../io/colour.js';
import type { Check, CheckName } from './check.js';

const width = 80;
const labels: Readonly<Record<CheckName, string>> = {
  clock: 'clock',
  ca: 'CA',
  keystore: 'keystore',
  certificate: 'certificate',
  key: 'private key',
  chain: 'chain',
  systemId: 'system id',
  discoveryUrls: 'discovery',
  proxy: 'proxy',
  name: 'name',
  tcp: 'TCP',
  tls: 'TLS',
  discovery: 'answer',
  endpoints: 'endpoints',
  upgrade: 'upgrade',
  ping: 'ping',
};
const indent = ' '.repeat(23);
const colours = { ok: 32, failed: 31, skipped: 33 } as const;

/** The number of checks by verdict. */
export type Tally = Readonly<Record<Check['verdict'], number>>;

/** A check for people: a line, or several of 80 columns; with what to do under it. */
export const checkText = ({ check, verdict, message, advice, took }: Check, colour: boolean): string => {
  const time = took === undefined ? '' : ` (${took} ms)`;
  const word = verdict === 'failed' ? 'FAILED' : verdict;
  const head = `  ${painted(word, colours[verdict], colour)}${' '.repeat(9 - word.length)}${labels[check].padEnd(12)}`;
  const lines = [head + wrapped(message + time, '')];
  if (advice !== undefined) lines.push(`${indent}${wrapped(advice, '→ ')}`);
  return `${lines.join('\n')}\n`;
};

/** The line above the checks of a URL, or of the unit itself. */
export const headingText = ({ check, url }: Pick<Check, 'check' | 'url'>): string => {
  if (check === 'endpoints') return '\nEndpoints\n';
  if (url === undefined) return 'The unit\n';
  return `\n${/^(wss?):/.test(url) ? 'Endpoint' : 'Service discovery'} ${clean(url)}\n`;
};

/** The last line. */
export const tallyText = ({ ok, failed, skipped }: Tally, colour: boolean): string => {
  if (failed === 0) return `\n${painted('All is well', colours.ok, colour)}: ${ok} checks.\n`;
  const rest = skipped === 0 ? '' : `, ${skipped} skipped`;
  return `\n${painted(`${failed} of ${ok + failed} checks failed`, colours.failed, colour)}${rest}.\n`;
};

/** Without secrets, and nothing in it that a terminal obeys: servers and certificates have a say in it. */
const clean = (text: string): string => oneLine(redactText(text));

const wrapped = (text: string, mark: string): string => {
  const hang = indent + ' '.repeat(mark.length);
  const lines: string[] = [];
  let line = '';
  for (const word of clean(text).split(' ')) {
    if (line !== '' && hang.length + line.length + 1 + word.length > width) {
      lines.push(line);
      line = word;
    } else line = line === '' ? word : `${line} ${word}`;
  }
  return mark + [...lines, line].join(`\n${hang}`);
};
