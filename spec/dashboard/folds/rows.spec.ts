import { expect } from 'chai';
import fc from 'fast-check';
import { MisfitError } from '../../../lib/errors.js';
import type { Row } from '../../../lib/dashboard/folds/row.js';
import { rows, type Rows } from '../../../lib/dashboard/folds/rows.js';

interface Unit extends Row {
  readonly n?: number;
}

const fold = rows<Unit>();
const table = (...list: Unit[]) => fold.snapshot({ rows: list, total: list.length }, undefined);
const shown = ({ byId }: Rows<Unit>) => [...byId.values()];
const ids = (value: Rows<Unit>) => shown(value).map(({ id }) => id);

describe('rows', () => {
  it('are another value after each change, and what was shown stays as it was', () => {
    const first = table({ id: 'a', n: 1 }, { id: 'b', n: 1 });
    const second = fold.update(first, { set: [{ id: 'b', n: 2 }], remove: [], total: 2 });
    const third = fold.update(second, { set: [{ id: 'c' }], remove: ['a'], total: 2 });
    expect(shown(first)).to.deep.equal([
      { id: 'a', n: 1 },
      { id: 'b', n: 1 },
    ]);
    expect(shown(second)).to.deep.equal([
      { id: 'a', n: 1 },
      { id: 'b', n: 2 },
    ]);
    expect(shown(third)).to.deep.equal([{ id: 'b', n: 2 }, { id: 'c' }]);
    expect(new Set([first, second, third].flatMap((value) => [value, value.byId])).size).to.equal(6);
    expect([first.byId.has('c'), first.byId.size, third.byId.has('a'), third.byId.size]).to.deep.equal([
      false,
      2,
      false,
      2,
    ]);
  });

  it('that did not change are the same objects, and the value too where nothing did', () => {
    const first = table({ id: 'a', n: 1 }, { id: 'b', n: 1 });
    const second = fold.update(first, { set: [{ id: 'b', n: 2 }] });
    expect(second.byId.get('a')).to.equal(first.byId.get('a'));
    const same = { rows: [{ n: 1, id: 'a' }, { id: 'b', n: 2 }], total: 2 }; // prettier-ignore
    expect(fold.snapshot(same, second)).to.equal(second);
    expect(fold.update(second, same)).to.equal(second);
    expect(fold.update(second, { set: [{ id: 'a', n: 1 }], remove: ['x'], total: 2 })).to.equal(second);
    const page = fold.update(second, { rows: [{ id: 'c' }, { id: 'a', n: 1 }], total: 3 });
    expect(page.byId.get('a')).to.equal(first.byId.get('a'));
    expect(ids(page)).to.deep.equal(['c', 'a']);
    const fewer = fold.update(second, { total: 7 });
    expect(fewer).not.to.equal(second);
    expect(fewer.byId).to.equal(second.byId);
  });

  it('have one id, whether that comes as a number or as a text', () => {
    const first = table({ id: 1 }, { id: 2 }, { id: '3' });
    const second = fold.update(first, { set: [{ id: '2', n: 5 }], remove: ['1', 3], total: 1 });
    expect(shown(second)).to.deep.equal([{ id: '2', n: 5 }]);
    expect([second.byId.get(2), second.byId.get('2')]).to.deep.equal([{ id: '2', n: 5 }, { id: '2', n: 5 }]); // prettier-ignore
    expect(ids(first)).to.deep.equal([1, 2, '3']);
  });

  it('go where `at` says, and without it stay, or come last', () => {
    const first = table({ id: 'a' }, { id: 'b' }, { id: 'c' });
    const at = { set: [{ id: 'c', n: 1 }, { id: 'd' }, { id: 'a', n: 1 }], at: [0, 2] }; // prettier-ignore
    expect(ids(fold.update(first, at))).to.deep.equal(['c', 'a', 'd', 'b']);
    expect(ids(fold.update(first, { set: [{ id: 'd' }, { id: 'b', n: 1 }] }))).to.deep.equal(['a', 'b', 'c', 'd']);
    const twice = { set: [{ id: 'd' }, { id: 'd', n: 2 }], at: [0, 1] }; // prettier-ignore
    expect(shown(fold.update(first, twice))[0]).to.deep.equal({ id: 'd', n: 2 });
    expect(fold.update(first, twice).byId.size).to.equal(4);
  });

  it('are read as a Map is', () => {
    const { byId } = table({ id: 'a', n: 1 }, { id: 'b', n: 2 });
    const map = new Map<string | number, Unit>(byId);
    expect(byId).to.be.instanceOf(Map);
    expect([...byId]).to.deep.equal([...map]);
    expect([...byId.keys()]).to.deep.equal(['a', 'b']);
    expect([...byId.entries()]).to.deep.equal([...map.entries()]);
    const seen: unknown[] = [];
    byId.forEach((row, id, all) => seen.push([row, id, all === byId]));
    expect(seen).to.deep.equal([
      [{ id: 'a', n: 1 }, 'a', true],
      [{ id: 'b', n: 2 }, 'b', true],
    ]);
  });

  it('refuse what is no table, with the member that is missing or wrong', () => {
    const first = table({ id: 'a' });
    for (const payload of [[{ id: 'b' }], 'b', 5, null, {}, { rows: null }, { rows: 'b' }])
      expect(() => fold.snapshot(payload, first), JSON.stringify(payload))
        .to.throw(MisfitError)
        .with.property('path', 'rows');
    for (const payload of [[{ id: 'b' }], 'b', 5, null])
      expect(() => fold.update(first, payload), JSON.stringify(payload)).to.throw(MisfitError);
    for (const path of ['rows', 'set', 'remove', 'at'])
      for (const wrong of ['a', 3, { id: 'b' }])
        expect(() => fold.update(first, { set: [{ id: 'b' }], [path]: wrong }), path)
          .to.throw(MisfitError)
          .with.property('path', path);
    for (const total of ['x', true, [1]])
      expect(() => fold.update(first, { total }), 'total')
        .to.throw(MisfitError)
        .with.property('path', 'total');
    for (const [path, wrong] of [
      ['remove/1', { remove: ['a', { id: 'b' }] }],
      ['remove/0', { remove: [null] }],
      ['at/0', { at: ['0'] }],
      ['at/1', { at: [null, -1] }],
      ['at/0', { at: [0.5] }],
    ] as const)
      expect(() => fold.update(first, { set: [{ id: 'b' }], ...wrong }), path)
        .to.throw(MisfitError)
        .with.property('path', path);
    expect(ids(fold.update(first, {}))).to.deep.equal(['a']);
  });

  it('take null for a member that is not there', () => {
    const first = table({ id: 'a' });
    const next = fold.update(first, { rows: null, set: [{ id: 'b' }], remove: null, at: null, total: null });
    expect(ids(next)).to.deep.equal(['a', 'b']);
    expect(next.total).to.equal(first.total);
  });

  it('refuse a row without an id, and change nothing', () => {
    const first = table({ id: 'a' });
    expect(() => fold.update(first, { set: [{ id: 'b' }, { n: 1 }] }))
      .to.throw(MisfitError)
      .with.property('path', 'set/1/id');
    expect(ids(first)).to.deep.equal(['a']);
  });

  it('are what a list of rows would be, whatever comes, and all that were shown stay so', () => {
    const id = fc.oneof(fc.integer({ min: 0, max: 150 }), fc.integer({ min: 0, max: 150 }).map(String));
    const change = fc.record({
      set: fc.array(fc.record({ id, n: fc.integer({ min: 0, max: 3 }) }), { maxLength: 5 }),
      remove: fc.array(id, { maxLength: 3 }),
      places: fc.option(fc.array(fc.nat(200), { minLength: 5, maxLength: 5 })),
    });
    fc.assert(
      fc.property(fc.array(change, { maxLength: 80 }), (changes) => {
        let value = table();
        let model: Unit[] = [];
        const all: [Rows<Unit>, Unit[]][] = [];
        for (const { set, remove, places } of changes) {
          const list = [...new Map(set.map((row) => [String(row.id), row])).values()];
          const at = places?.slice(0, list.length).sort((one, other) => one - other);
          value = fold.update(value, { set: list, remove, ...(at && { at }) });
          const isOf = (names: readonly unknown[]) => (row: Unit) => names.map(String).includes(String(row.id));
          const out = isOf(at ? [...remove, ...list.map((row) => row.id)] : remove);
          model = model.filter((row) => !out(row));
          list.forEach((row, index) => {
            const place = model.findIndex(isOf([row.id]));
            if (place >= 0) model[place] = row;
            else model.splice(at?.[index] ?? Infinity, 0, row);
          });
          all.push([value, [...model]]);
        }
        for (const [then, rows] of all) {
          expect(shown(then)).to.deep.equal(rows);
          expect(then.byId.size).to.equal(rows.length);
          for (const row of rows) expect(then.byId.get(row.id)).to.deep.equal(row);
        }
      }),
      { numRuns: 100 },
    );
  });

  it('keep no place for ids that are gone', () => {
    let value = table();
    for (let n = 0; n < 5000; n++) value = fold.update(value, { set: [{ id: n }], remove: [n - 10] });
    expect(ids(value)).to.deep.equal(Array.from({ length: 10 }, (_, index) => 4990 + index));
    expect(value.byId.get(4995)).to.deep.equal({ id: 4995 });
    expect(value.byId.get(1)).to.equal(undefined);
  });
});
