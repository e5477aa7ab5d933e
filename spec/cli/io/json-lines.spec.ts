import { Writable } from 'node:stream';
import { expect } from 'chai';
import { jsonLines } from '../../../lib/cli/io/json-lines.js';
import { logLines } from '../../../lib/cli/io/log-lines.js';

/** A stream whose reader takes a line whenever it is told to. */
const slowReader = () => {
  const read: string[] = [];
  const taking: (() => void)[] = [];
  const stream = new Writable({
    highWaterMark: 100,
    write: (chunk: Buffer, _encoding, done) => {
      taking.push(() => {
        read.push(chunk.toString());
        done();
      });
    },
  });
  const turn = () => new Promise((resolve) => setImmediate(resolve));
  const take = async (count = Infinity) => {
    await turn();
    for (let taken = 0; taken < count && taking.length > 0; taken++) {
      taking.shift()?.();
      await turn();
    }
  };
  return { stream, read, take, fail: (error: Error) => stream.destroy(error) };
};
const event = (id: number, length = 0) => ({ id, pad: 'x'.repeat(length) });
const idsOf = (lines: readonly string[]) =>
  lines
    .map((line) => JSON.parse(line) as { id?: number; count?: number })
    .map(({ id, count }) => id ?? `${count ?? 0} missing`);

describe('the lines of a command', () => {
  it('hold no more than 4 MiB of what can be done without, and say how much is missing, in its place', async () => {
    const { stream, read, take } = slowReader();
    const out = jsonLines(stream);
    for (let id = 0; id < 1000; id++) out.write(event(id, 100_000), true);
    expect(stream.writableLength).to.be.within(4_000_000, 4_500_000);
    out.write(event(1000));
    await take();
    out.write(event(1001), true);
    await take();
    const kept = read.length - 3;
    expect(idsOf(read).slice(-3)).to.deep.equal([`${1000 - kept} missing`, 1000, 1001]);
  });

  it('tell of what is missing as soon as the reader has gone on, though nothing follows', async () => {
    const { stream, read, take } = slowReader();
    const out = jsonLines(stream);
    for (let id = 0; id < 50; id++) out.write(event(id, 100_000), true);
    await take();
    expect(idsOf(read).at(-1)).to.equal(`${50 - (read.length - 1)} missing`);
  });

  it('are handed over one after the other, each once the one before was taken', async () => {
    const { stream, read, take } = slowReader();
    const out = jsonLines(stream);
    const done: number[] = [];
    for (let id = 0; id < 5; id++) void out.hand(event(id, 1000)).then(() => done.push(id));
    await take(0);
    expect(stream.writableLength).to.be.below(1100);
    await take(2);
    expect([idsOf(read), done]).to.deep.equal([
      [0, 1],
      [0, 1],
    ]);
    await take();
    expect(done).to.deep.equal([0, 1, 2, 3, 4]);
  });

  it('are handed over in the order of all that is written, as long as the reader keeps up', async () => {
    const { stream, read, take } = slowReader();
    const out = jsonLines(stream);
    out.write(event(0));
    void out.hand(event(1));
    out.write(event(2));
    await take();
    expect(idsOf(read)).to.deep.equal([0, 1, 2]);
  });

  it('are never done where nobody reads any more', async () => {
    const { stream, take, fail } = slowReader();
    const out = jsonLines(stream);
    let done = 0;
    for (let id = 0; id < 3; id++) void out.hand(event(id, 1000)).then(() => done++);
    const broken = new Promise((resolve) => out.broken$.subscribe({ next: resolve, error: resolve }));
    fail(new Error('gone'));
    expect(await broken).to.have.property('message', 'gone');
    await take(0);
    expect(done).to.equal(0);
  });

  it('end with the last one, whatever waits to be handed over', async () => {
    const { stream, read, take } = slowReader();
    const out = jsonLines(stream);
    for (let id = 0; id < 3; id++) void out.hand(event(id, 1000));
    out.end(event(9));
    await take();
    expect(idsOf(read)).to.deep.equal([0, 9]);
  });
});

describe('the log of a command', () => {
  it('holds no more than 1 MiB that nobody reads, and says how many lines are missing', async () => {
    const { stream, read, take } = slowReader();
    const write = logLines(stream);
    for (let line = 0; line < 50; line++) write(`${'x'.repeat(100_000)}\n`);
    expect(stream.writableLength).to.be.within(1_000_000, 1_200_000);
    await take();
    const kept = read.length;
    write('one more\n');
    await take();
    expect(read.slice(kept)).to.deep.equal([`(${50 - kept} lines are missing here)\n`, 'one more\n']);
  });
});
