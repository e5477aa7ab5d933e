import { expect } from 'chai';
import fc from 'fast-check';
import type { Row } from '../../lib/dashboard/folds/row.js';
import { rows } from '../../lib/dashboard/folds/rows.js';
import { stateTopic } from '../../lib/server/state-topic.js';

const fold = rows();
const value = fc.oneof(fc.integer({ min: -3, max: 12 }), fc.constantFrom('9', '10', '1a', 'ä', 'z', null, true, [2]));
const entry = fc.record({
  key: fc.oneof(fc.integer({ min: 0, max: 12 }), fc.constantFrom('u-2', 'u-10', '007', 'x')),
  cpu: fc.option(value, { nil: undefined }),
  site: fc.constantFrom('s1', 's2'),
  kind: fc.constantFrom('set', 'set', 'set', 'remove', 'flush', 'resume'),
});

describe('the order of the rows of a topic', () => {
  for (const params of [
    {},
    { sort: 'cpu' },
    { sort: '-cpu' },
    { sort: '-cpu', site: 's1' },
    { sort: 'cpu', pageSize: 4 },
  ])
    it(`is the same for a page that was open and one that is opened: ${JSON.stringify(params)}`, () => {
      fc.assert(
        fc.property(fc.array(entry, { maxLength: 60 }), (entries) => {
          const image = stateTopic().image(() => 0);
          image.load({ epoch: 'e', offset: 0, latest: [], recent: [] });
          const open = () => image.view(params, () => undefined);
          const opened = () => {
            const parts = [...open().snapshot()].map((part) => JSON.parse(part) as { rows: Row[]; total: number });
            return fold.snapshot({ rows: parts.flatMap((part) => part.rows), total: parts[0]?.total }, undefined);
          };
          let view = open();
          let shown = fold.snapshot(JSON.parse([...view.snapshot()].join('')), undefined);
          let known = 0;
          let offset = 0;
          const follow = (updates: readonly { readonly offset: number; readonly payload: string }[] = []) => {
            for (const update of updates) {
              shown = fold.update(shown, JSON.parse(update.payload));
              known = update.offset;
            }
          };
          for (const { key, cpu, site, kind } of entries) {
            if (kind === 'set' || kind === 'remove') {
              const row = { topic: 'units', key: String(key), offset: ++offset, ts: offset };
              image.apply(kind === 'set' ? { ...row, value: { id: key, site, cpu } } : row);
              continue;
            }
            if (kind === 'resume') {
              view.close();
              view = open();
              follow(view.replay(known));
            }
            follow(view.flush() ?? []);
            const there = opened();
            expect([...shown.byId.values()]).to.deep.equal([...there.byId.values()]);
            expect(shown.total).to.equal(there.total);
          }
        }),
        { numRuns: 200 },
      );
    });

  it('is kept where a replay or an update comes in several parts', () => {
    const image = stateTopic().image(() => 0);
    image.load({ epoch: 'e', offset: 0, latest: [], recent: [] });
    let offset = 0;
    const put = (id: number, n: number) => {
      const row = { id, n, text: 'x'.repeat(5000) };
      image.apply({ topic: 'units', key: String(id), value: row, offset: ++offset, ts: offset });
    };
    for (let id = 0; id < 60; id++) put(id, id);
    const view = image.view({ sort: 'n' }, () => undefined);
    const parts = [...view.snapshot()].map((part) => JSON.parse(part) as { rows: Row[] });
    const first = fold.snapshot({ rows: parts.flatMap((part) => part.rows), total: 60 }, undefined);
    for (let id = 0; id < 60; id++) put(id, (id * 37) % 60);
    const wanted = Array.from({ length: 60 }, (_, index) => index).sort(
      (one, other) => ((one * 37) % 60) - ((other * 37) % 60),
    );
    const again = image.view({ sort: 'n' }, () => undefined);
    for (const updates of [view.flush() ?? [], again.replay(60) ?? []]) {
      expect(updates.length).to.be.greaterThan(2);
      const last = updates.reduce((shown, { payload }) => fold.update(shown, JSON.parse(payload)), first);
      expect([...last.byId.keys()]).to.deep.equal(wanted);
    }
  });
});
