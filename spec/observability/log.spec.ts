import { expect } from 'chai';
import { createLog, logLevels, type LogLevel } from '../../lib/observability/log.js';
import { oneLine } from '../../lib/protocol/one-line.js';

const linesAt = (level: LogLevel, ...log: readonly [LogLevel, string | (() => string)][]): string[] => {
  const lines: string[] = [];
  const write = createLog({ level, write: (line) => lines.push(line), now: () => 0 });
  for (const [each, text] of log) write(each, text);
  return lines;
};

describe('createLog', () => {
  it('writes time, level and text, one line each', () => {
    expect(linesAt('info', ['warn', 'a\nb'])).to.deep.equal(['1970-01-01T00:00:00.000Z warn  a b\n']);
  });

  it('writes what is at its level or before it', () => {
    const all = logLevels.map((level): [LogLevel, string] => [level, level]);
    expect(logLevels.map((level) => linesAt(level, ...all).length)).to.deep.equal([1, 2, 3, 4, 5]);
  });

  it('makes no text that is not logged', () => {
    const text = () => {
      throw new Error('was made');
    };
    expect(linesAt('debug', ['trace', text])).to.deep.equal([]);
  });

  it('writes out what a terminal would obey', () => {
    expect(oneLine('\u001b[2Jx\u009by\u2028z')).to.equal('\\u001b[2Jx\\u009by\\u2028z');
  });
});
