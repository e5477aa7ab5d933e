import { expect } from 'chai';
import { PriorityQueue } from '../../lib/collections/priority-queue.js';

interface Item {
  readonly name: string;
  readonly lane?: number;
  settled: boolean;
}

const item = (name: string, lane?: number): Item => ({ name, settled: false, ...(lane === undefined ? {} : { lane }) });
const drained = (lanes: PriorityQueue<Item>): string => {
  const names: string[] = [];
  for (let next = lanes.shift(); next !== undefined; next = lanes.shift()) names.push(next.name);
  return names.join('');
};

describe('PriorityQueue', () => {
  it('gives nothing when nothing was put in', () => {
    expect(new PriorityQueue<Item>().shift()).to.equal(undefined);
  });

  it('empties lane 0 before lane 1, and that before lane 2, each in order', () => {
    const lanes = new PriorityQueue<Item>();
    for (const [name, lane] of [
      ['e', 2],
      ['c', 1],
      ['a', 0],
      ['f', 2],
      ['d', 1],
      ['b', 0],
    ] as const)
      lanes.push(item(name, lane));
    expect(drained(lanes)).to.equal('abcdef');
  });

  it('puts what names no lane into lane 0', () => {
    const lanes = new PriorityQueue<Item>();
    lanes.push(item('b', 1));
    lanes.push(item('a'));
    expect(drained(lanes)).to.equal('ab');
  });

  it('passes over what was settled while it waited', () => {
    const lanes = new PriorityQueue<Item>();
    const items = ['a', 'b', 'c', 'd'].map((name) => item(name));
    for (const one of items) lanes.push(one);
    for (const index of [0, 2, 3]) Object.assign(items[index] ?? {}, { settled: true });
    expect(drained(lanes)).to.equal('b');
  });

  it('lets go of what was settled, however long nothing is taken out', () => {
    const lanes = new PriorityQueue<Item>();
    const kept = item('x');
    lanes.push(kept);
    const looked: number[] = [];
    for (let count = 0; count < 10_000; count++) {
      const one = {
        name: 'y',
        lane: 0,
        get settled() {
          looked.push(count);
          return true;
        },
      };
      lanes.push(one);
    }
    // Each is looked at when it is swept out, and then never again.
    expect(looked.length).to.equal(new Set(looked).size);
    expect(looked.length).to.be.greaterThan(9000 - 1024);
    expect(lanes.shift()).to.equal(kept);
  });
});
