import { expect } from 'chai';
import { from, lastValueFrom, map, toArray } from 'rxjs';
import { splitLines, type Line } from '../../../lib/cli/io/split-lines.js';

const linesOf = async (chunks: readonly (string | number[])[], longest = 100): Promise<string[]> => {
  const chunk$ = from(chunks.map((chunk) => Buffer.from(chunk as string)));
  const lines = await lastValueFrom(chunk$.pipe(splitLines(longest), toArray()), { defaultValue: [] as Line[] });
  return lines.map(({ number, bytes }) => `${number}:${bytes ? Buffer.from(bytes).toString() : '(too long)'}`);
};

describe('splitLines', () => {
  it('numbers the lines from 1, the empty ones as well', async () => {
    expect(await linesOf(['a\n\nb\n'])).to.deep.equal(['1:a', '2:', '3:b']);
  });

  it('joins a line that comes in pieces, also in the middle of a character', async () => {
    const bytes = [...Buffer.from('ä\n')].map((byte) => [byte]);
    expect(await linesOf(bytes)).to.deep.equal(['1:ä']);
  });

  it('takes what is left at the end for a line', async () => {
    expect(await linesOf(['a\nb'])).to.deep.equal(['1:a', '2:b']);
    expect(await linesOf([])).to.deep.equal([]);
  });

  it('keeps only the number of a line that is too long, and goes on with the next', async () => {
    expect(await linesOf(['1234\n12345\n', '123', '45', '67\nx\n'], 4)).to.deep.equal([
      '1:1234',
      '2:(too long)',
      '3:(too long)',
      '4:x',
    ]);
  });

  it('starts anew for each subscriber', async () => {
    const number$ = from([Buffer.from('a\n')]).pipe(
      splitLines(9),
      map(({ number }) => number),
    );
    const last = () => lastValueFrom(number$, { defaultValue: 0 });
    expect([await last(), await last()]).to.deep.equal([1, 1]);
  });
});
