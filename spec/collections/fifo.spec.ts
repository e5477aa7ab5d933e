import { expect } from 'chai';
import { Fifo } from '../../lib/collections/fifo.js';

describe('Fifo', () => {
  it('gives out first what came first', () => {
    const fifo = new Fifo<string>();
    for (const item of ['a', 'b', 'c']) fifo.push(item);
    expect(fifo.length).to.equal(3);
    expect(fifo.peek()).to.equal('a');
    expect([fifo.shift(), fifo.shift(), fifo.shift()]).to.deep.equal(['a', 'b', 'c']);
  });

  it('is empty at first and after the last, and goes on from there', () => {
    const fifo = new Fifo<string>();
    expect([fifo.shift(), fifo.peek(), fifo.length]).to.deep.equal([undefined, undefined, 0]);
    fifo.push('a');
    fifo.shift();
    expect([fifo.shift(), fifo.peek(), fifo.length]).to.deep.equal([undefined, undefined, 0]);
    fifo.push('b');
    expect([fifo.length, fifo.peek(), fifo.shift()]).to.deep.equal([1, 'b', 'b']);
  });

  it('keeps the order at any length, filled and emptied by turns', () => {
    const fifo = new Fifo<number>();
    const out: (number | undefined)[] = [];
    let pushed = 0;
    for (let turn = 0; turn < 300; turn++) {
      for (let count = 0; count < 50; count++) fifo.push(pushed++);
      for (let count = 0; count < (turn < 200 ? 40 : 60); count++) out.push(fifo.shift());
      expect([fifo.length, fifo.peek()]).to.deep.equal([pushed - out.length, out.length]);
    }
    expect(out).to.deep.equal(Array.from({ length: 14_000 }, (_, index) => index));
  });

  it('takes out a hundred thousand as fast as it took them in', () => {
    const fifo = new Fifo<number>();
    const count = 100_000;
    for (let item = 0; item < count; item++) fifo.push(item);
    let sum = 0;
    for (let item = fifo.shift(); item !== undefined; item = fifo.shift()) sum += item;
    expect(sum).to.equal((count * (count - 1)) / 2);
  });
});
