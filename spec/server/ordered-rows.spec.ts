import { expect } from 'chai';
import { array, assert, integer, property } from 'fast-check';
import { OrderedRows } from '../../lib/server/ordered-rows.js';
import type { StateRow } from '../../lib/server/state-row.js';

const rowOf = (key: number, load: number): StateRow => ({
  ...{ key: String(key), order: String(key).padStart(20, '0'), row: { load } },
  ...{ text: '', offset: 0, ts: 0 },
});
const loadOf = ({ row }: StateRow): number => row['load'] as number;
const compare = (one: StateRow, other: StateRow): number =>
  loadOf(one) - loadOf(other) || Number(one.key) - Number(other.key);

describe('rows in an order', () => {
  it('are where sorting all of them would put them, after each change', () => {
    const change = array(integer({ min: 0, max: 1200 }), { minLength: 2, maxLength: 2 });
    assert(
      property(array(change, { maxLength: 60 }), integer({ min: 0, max: 1000 }), (changes, size) => {
        const rows = new Map(Array.from({ length: size }, (_, key) => [key, rowOf(key, (key * 7919) % 1000)]));
        const ordered = new OrderedRows(rows.values(), compare);
        for (const [key = 0, load = 0] of changes) {
          const before = rows.get(key);
          const indexBefore = [...rows.values()].sort(compare).findIndex((row) => row === before);
          if (before !== undefined) expect(ordered.remove(before)).to.equal(indexBefore);
          rows.delete(key);
          if (load > 1000) continue;
          const after = rowOf(key, load);
          rows.set(key, after);
          const sorted = [...rows.values()].sort(compare);
          expect(ordered.insert(after)).to.equal(sorted.indexOf(after));
          expect(ordered.indexOf(after)).to.equal(sorted.indexOf(after));
        }
        const sorted = [...rows.values()].sort(compare);
        expect(ordered.all()).to.deep.equal(sorted);
        expect(ordered.length).to.equal(sorted.length);
        for (const start of [0, 100, 127, 128, 500, 1100])
          expect(ordered.slice(start, 50)).to.deep.equal(sorted.slice(start, start + 50));
      }),
      { numRuns: 20 },
    );
  });

  it('are in order where many come between two of them', () => {
    const rows = [rowOf(0, 0), rowOf(1, 1000)];
    const ordered = new OrderedRows(rows, compare);
    for (let key = 2; key < 700; key++) {
      const row = rowOf(key, (key * 379) % 1000);
      rows.push(row);
      ordered.insert(row);
    }
    expect(ordered.all()).to.deep.equal(rows.sort(compare));
  });

  it('takes few comparisons for a move among many', () => {
    let comparisons = 0;
    const counting = (one: StateRow, other: StateRow): number => {
      comparisons++;
      return compare(one, other);
    };
    const rows = Array.from({ length: 50_000 }, (_, key) => rowOf(key, key));
    const ordered = new OrderedRows(rows, counting);
    comparisons = 0;
    for (const row of rows.slice(40_000, 40_001)) ordered.remove(row);
    ordered.insert(rowOf(40_000, 3));
    expect(comparisons).to.be.below(50);
  });

  it('loses no row where a comparison changes its mind', () => {
    let sign = 1;
    const rows = Array.from({ length: 600 }, (_, key) => rowOf(key, key));
    const ordered = new OrderedRows(rows, (one, other) => sign * compare(one, other));
    sign = -1;
    for (const row of rows.slice(0, 100)) ordered.remove(row);
    expect(ordered.length).to.equal(500);
    expect(new Set(ordered.all())).to.deep.equal(new Set(rows.slice(100)));
  });
});
