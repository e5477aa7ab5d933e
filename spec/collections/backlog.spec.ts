import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { expect } from 'chai';
import { Backlog } from '../../lib/collections/backlog.js';

interface Item {
  readonly name: number;
  settled: boolean;
}

const filled = (count: number) => {
  const backlog = new Backlog<Item>();
  const items = Array.from({ length: count }, (_, name): Item => ({ name, settled: false }));
  for (const item of items) backlog.push(item);
  return { backlog, items };
};
const names = (backlog: Backlog<Item>): number[] => {
  const all: number[] = [];
  for (let item = backlog.shift(); item !== undefined; item = backlog.shift()) all.push(item.name);
  return all;
};

describe('Backlog', () => {
  it('is empty at first', () => {
    const { backlog } = filled(0);
    expect([backlog.peek(), backlog.shift()]).to.deep.equal([undefined, undefined]);
  });

  it('gives out in order what is not settled', () => {
    const { backlog, items } = filled(10);
    for (const item of items) item.settled = item.name % 3 === 0;
    expect(backlog.peek()?.name).to.equal(1);
    expect(names(backlog)).to.deep.equal([1, 2, 4, 5, 7, 8]);
  });

  it('keeps the order through any number of sweeps', () => {
    const backlog = new Backlog<Item>();
    const kept: number[] = [];
    for (let name = 0; name < 20_000; name++) {
      const settled = name % 7 !== 0;
      backlog.push({ name, settled: false });
      backlog.push({ name, settled: true });
      if (settled) backlog.push({ name, settled });
      kept.push(name);
    }
    expect(names(backlog)).to.deep.equal(kept);
  });

  it('lets go of what is settled behind one that is not, before it has grown to the double', async () => {
    setFlagsFromString('--expose-gc');
    const collect = runInNewContext('gc') as () => void;
    const backlog = new Backlog<Item>();
    backlog.push({ name: 0, settled: false });
    const gone: WeakRef<Item>[] = [];
    for (let name = 1; name <= 3000; name++) {
      const item = { name, settled: false };
      backlog.push(item);
      item.settled = true;
      if (name <= 1000) gone.push(new WeakRef(item));
    }
    await new Promise(setImmediate);
    collect();
    expect(gone.filter((item) => item.deref() !== undefined)).to.have.length(0);
    expect(backlog.peek()?.name).to.equal(0);
  });
});
