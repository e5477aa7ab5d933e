import { expect } from 'chai';
import { ReadBatch } from '../../lib/transport/read-batch.js';

describe('ReadBatch', () => {
  const setUp = () => {
    const written: (readonly string[])[] = [];
    return { written, batch: new ReadBatch((frames) => written.push(frames)) };
  };

  it('writes at once what is sent between two reads', () => {
    const { written, batch } = setUp();
    batch.send(['a']);
    batch.send(['b', 'c']);
    expect(written).to.deep.equal([['a'], ['b', 'c']]);
  });

  it('writes what is sent during a read together at its end, and nothing where nothing was', () => {
    const { written, batch } = setUp();
    batch.begin();
    batch.send(['a']);
    batch.send(['b', 'c']);
    expect([written, batch.waiting]).to.deep.equal([[], 3]);
    batch.end();
    batch.begin();
    batch.end();
    batch.send(['d']);
    expect([written, batch.waiting]).to.deep.equal([[['a', 'b', 'c'], ['d']], 0]);
  });

  it('writes what was sent so far before something else is written', () => {
    const { written, batch } = setUp();
    batch.begin();
    batch.send(['a']);
    batch.flush();
    batch.send(['b']);
    batch.end();
    expect(written).to.deep.equal([['a'], ['b']]);
  });
});
