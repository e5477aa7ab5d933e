import { expect } from 'chai';
import { from, lastValueFrom, map, NEVER, startWith, take, toArray } from 'rxjs';
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

  it('ends lines with CR alone and with CR LF as well, also where a chunk ends in between', async () => {
    expect(await linesOf(['a\rb\r\nc\r', '\nd\r', 'e\r\n\r\nf\n\rg\r'])).to.deep.equal([
      ...['1:a', '2:b', '3:c', '4:d', '5:e', '6:', '7:f', '8:', '9:g'],
    ]);
  });

  it('tells of a line that ends with CR at once', async () => {
    const chunk$ = NEVER.pipe(startWith(Buffer.from('a\r')));
    const line = await lastValueFrom(chunk$.pipe(splitLines(9), take(1)), { defaultValue: undefined });
    expect(line?.number).to.equal(1);
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
