import { expect } from 'chai';
import fc from 'fast-check';
import { SlidingMap } from '../../lib/collections/sliding-map.js';

describe('SlidingMap', () => {
  it('is empty at first', () => {
    const map = new SlidingMap<string, number>();
    expect([map.size, map.first(), map.get('a'), map.delete('a'), [...map]]).to.deep.equal([
      0,
      undefined,
      undefined,
      false,
      [],
    ]);
  });

  it('behaves like a Map, in order of addition, whatever comes and goes', () => {
    const step = fc.record({ key: fc.nat(400), add: fc.boolean() });
    fc.assert(
      fc.property(fc.array(step, { maxLength: 2000, size: 'max' }), (steps) => {
        const map = new SlidingMap<number, number>();
        const model = new Map<number, number>();
        for (const [at, { key, add }] of steps.entries()) {
          if (add) {
            map.add(key, at);
            model.delete(key);
            model.set(key, at);
          } else if (at % 2 === 0) expect(map.delete(key)).to.equal(model.delete(key));
          else {
            expect(map.take(key)).to.equal(model.get(key));
            model.delete(key);
          }
          expect(map.get(key)).to.equal(model.get(key));
        }
        expect([...map]).to.deep.equal([...model]);
        expect([map.size, map.first()]).to.deep.equal([model.size, model.values().next().value]);
      }),
      { numRuns: 30 },
    );
  });

  it('keeps the order of a window that slides over a hundred thousand', () => {
    const map = new SlidingMap<number, number>();
    for (let key = 0; key < 100_000; key++) {
      map.add(key, key);
      if (key >= 256) {
        expect(map.first()).to.equal(key - 256);
        map.delete(key - 256);
      }
    }
    expect(map.size).to.equal(256);
  });
});
