import { expect } from 'chai';
import fc from 'fast-check';
import { MisfitError } from '../../../lib/errors.js';
import { series, type Point } from '../../../lib/dashboard/folds/series.js';

const fold = series();
const points = (...list: Point[]) => ({ points: list });
const at = (...times: number[]) => points(...times.map((time): Point => [time, time]));

describe('series', () => {
  it('are another value after each change, and what was shown stays as it was', () => {
    const first = fold.snapshot(at(1, 2), undefined);
    const second = fold.update(first, at(3));
    const third = fold.update(second, at(0));
    expect([first, second, third].map((value) => value.map(([time]) => time))).to.deep.equal([
      [1, 2],
      [1, 2, 3],
      [0, 1, 2, 3],
    ]);
    expect(second[0]).to.equal(first[0]);
    expect(fold.snapshot(at(0, 1, 2, 3), third)).to.equal(third);
    expect(fold.update(third, points())).to.equal(third);
  });

  it('take a point that comes late to its place, and the newest of one time', () => {
    const first = fold.snapshot(at(10, 20, 40), undefined);
    const second = fold.update(first, points([30, 3], [20, 7], [50, 5], [5, 1]));
    expect(second).to.deep.equal([[5, 1], [10, 10], [20, 7], [30, 3], [40, 40], [50, 5]]); // prettier-ignore
  });

  it('mark no hole before a snapshot that reaches back, whatever the order of its points', () => {
    const first = fold.snapshot(at(1, 3, 2), undefined);
    expect(fold.snapshot(at(6, 2, 3, 1), first).map(([time]) => time)).to.deep.equal([1, 2, 3, 6]);
    expect(fold.snapshot(at(6, 3), first).map(([time]) => time)).to.deep.equal([1, 2, 3, 6]);
    expect(fold.snapshot(at(6, 5), first).map(([time]) => time)).to.deep.equal([1, 2, 3, 4, 5, 6]);
  });

  it('keep what is within the window before the last point, and no more than so many', () => {
    const within = series({ window: 100 });
    const first = within.snapshot(at(0, 50, 100), undefined);
    expect(first.map(([time]) => time)).to.deep.equal([0, 50, 100]);
    expect(within.update(first, at(101, 0)).map(([time]) => time)).to.deep.equal([50, 100, 101]);
    const few = series({ maxPoints: 3 });
    const full = few.snapshot(at(1, 3, 4, 5), undefined);
    expect(full.map(([time]) => time)).to.deep.equal([3, 4, 5]);
    expect(few.update(full, at(2))).to.deep.equal(full);
    expect(few.update(full, at(4.5, 6)).map(([time]) => time)).to.deep.equal([4.5, 5, 6]);
  });

  it('refuse what is no list of points, with the member that is wrong', () => {
    const first = fold.snapshot(at(1), undefined);
    const cases = [
      [{ points: [[2, 'x']] }, 'points/0/1'],
      [{ points: [[2, 1], [3, null, true]] }, 'points/1/2'],
      [{ points: [[2, 1], 3] }, 'points/1'],
      [{ points: [[]] }, 'points/0/0'],
      [{ points: 'x' }, 'points'],
      [{}, 'points'],
      [null, 'points'],
    ] as const; // prettier-ignore
    for (const [payload, path] of cases)
      expect(() => fold.update(first, payload), path)
        .to.throw(MisfitError)
        .with.property('path', path);
    expect(first).to.have.length(1);
  });

  it('refuse a point without a time, and change nothing', () => {
    const first = fold.snapshot(at(1), undefined);
    for (const time of [NaN, null, '2', undefined])
      expect(() => fold.update(first, { points: [[2, 2], [time, 1]] })).to.throw(MisfitError).with.property('path', 'points/1/0'); // prettier-ignore
    expect(first).to.have.length(1);
  });

  it('are the same whether all of it was seen as it came, or is given at once', () => {
    const point = fc.tuple(fc.integer({ min: 0, max: 60 }), fc.integer());
    const options = { window: 40, maxPoints: 25 };
    fc.assert(
      fc.property(fc.array(fc.array(point, { maxLength: 6 }), { maxLength: 40 }), (updates) => {
        const { snapshot, update } = series(options);
        let open = snapshot({ points: [] }, undefined);
        for (const list of updates) open = update(open, { points: list });
        // As a server does: in the order of time, and of those of one time in the order in which they came.
        const all = updates.flat().sort(([one], [other]) => one - other);
        const newest = all.at(-1)?.[0] ?? 0;
        const kept = [...new Map(all.map((each) => [each[0], each])).values()]
          .filter(([time]) => time >= newest - options.window)
          .slice(-options.maxPoints);
        expect(snapshot({ points: all }, undefined)).to.deep.equal(kept);
        expect(open).to.deep.equal(kept);
      }),
      { numRuns: 200 },
    );
  });
});
