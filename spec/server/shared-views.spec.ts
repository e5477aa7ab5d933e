import { expect } from 'chai';
import { rows as rowsFold } from '../../lib/dashboard/folds/rows.js';
import type { TopicImage, View } from '../../lib/server/topic.js';
import { stateTopic } from '../../lib/server/state-topic.js';

/** A page that applies what a view says, as the fold of a dashboard does. */
const follow = (view: View) => {
  const fold = rowsFold();
  let value = fold.snapshot(JSON.parse([...view.snapshot()][0] ?? ''), undefined);
  return {
    take: () => {
      for (const { payload } of view.flush() ?? []) value = fold.update(value, JSON.parse(payload));
      return [[...value.byId.values()], value.total];
    },
  };
};

type Value = number | undefined;

/** Throws for a row without a load. */
const textOf = (load: Value): string => {
  if (load === undefined) throw new TypeError('there is no load');
  return String(load);
};

describe('views of one topic', () => {
  let image: TopicImage;
  let offset: number;
  const sorts = { calls: 0 };

  const put = (id: string, load: number | undefined): void => {
    const value = load === undefined ? {} : { value: { id, load } };
    image.apply({ topic: 'units', key: id, offset: ++offset, ts: offset, ...value });
  };
  const open = (params: object, changed = (): void => undefined): View => image.view(params, changed);

  beforeEach(() => {
    sorts.calls = 0;
    offset = 0;
    const sort = (one: Readonly<Record<string, unknown>>, other: Readonly<Record<string, unknown>>): number => {
      sorts.calls++;
      return (one['load'] as number) - (other['load'] as number);
    };
    image = stateTopic({ sort }).image(() => 0);
    for (let n = 0; n < 200; n++) put(`u-${n}`, (n * 37) % 200);
  });

  it('share one order and what is written if their params are equal, whatever the order of the members', () => {
    const [one, other] = [open({ sort: 'load', site: null }), open({ site: null, sort: 'load' })];
    const pages = [0, 1, 0].map((page) => open({ sort: 'load', site: null, page, pageSize: 10 }));
    const before = sorts.calls;
    put('u-3', 17);
    expect(sorts.calls - before).to.be.below(40);
    const updates = [one, other].map((view) => view.flush());
    expect(updates[0]).to.equal(updates[1]);
    expect(updates[0]).to.have.length(1);
    const [first, , third] = pages.map((view) => view.flush());
    expect(first?.[0]).to.equal(third?.[0]);
    for (const view of [one, other, ...pages]) view.close();
    const closed = sorts.calls;
    put('u-3', 18);
    expect(sorts.calls).to.equal(closed);
  });

  it('leave a page alone that a change does not touch', () => {
    let changes = 0;
    const view = open({ sort: 'load', page: 0, pageSize: 10 }, () => {
      changes++;
    });
    view.snapshot();
    put('u-3', 150);
    expect(changes).to.equal(0);
    put('u-3', 5);
    expect(changes).to.equal(1);
    put('u-199', undefined);
    expect(changes).to.equal(2);
    expect(JSON.parse(view.flush()?.[0]?.payload ?? '')).to.have.property('total', 199);
  });

  it('lead a page that reads slowly to the same table as one that does not', () => {
    const quick = follow(open({ sort: 'load' }));
    const slow = follow(open({ sort: 'load' }));
    let seed = 1;
    const random = (): number => (seed = (seed * 48271) % 2147483647) / 2147483647;
    for (let round = 0; round < 40; round++) {
      for (let n = 0; n < 1 + round * 10; n++) {
        put(`u-${Math.floor(random() * 260)}`, random() < 0.2 ? undefined : Math.floor(random() * 50));
        quick.take();
      }
      expect(slow.take()).to.deep.equal(quick.take());
    }
    // More than are kept: everything since its last update comes at once.
    for (let n = 0; n < 9000; n++) {
      put(`u-${Math.floor(random() * 260)}`, random() < 0.2 ? undefined : Math.floor(random() * 50));
      quick.take();
    }
    expect(slow.take()).to.deep.equal(quick.take());
  });

  it('remember 10,000 removed rows, and send a snapshot to a page that missed others', () => {
    const views = [open({}), open({ page: 0, pageSize: 10 })];
    const slow = open({ sort: 'load' });
    slow.snapshot();
    const before = offset;
    for (let n = 0; n < 12_000; n++) {
      put(`x-${n}`, 0);
      put(`x-${n}`, undefined);
    }
    expect(views.map((view) => view.replay(before)?.length)).to.deep.equal([undefined, 1]);
    expect(slow.flush()).to.equal(undefined);
    // What is remembered ends with a removal, and what comes after it is told.
    expect(open({}).replay(offset - 20)).to.have.length(1);
    put('u-1', 7);
    expect(slow.flush()).to.have.length(1);
  });

  for (const [what, compare] of [
    ['makes no number of a row', (one: Value, other: Value) => Number(one) - Number(other)],
    ['throws for a row', (one: Value, other: Value) => textOf(one).localeCompare(textOf(other))],
    ['says only what is greater', (one: Value, other: Value) => ((one ?? 0) > (other ?? 0)) as unknown as number],
    ['has changed its mind', () => Math.sin(offset * 31)],
  ] as const)
    it(`show what a view opened later shows, in order, where the comparison of the app ${what}`, () => {
      const sort = (one: Readonly<Record<string, unknown>>, other: Readonly<Record<string, unknown>>): number =>
        compare(one['load'] as Value, other['load'] as Value);
      image = stateTopic({ sort }).image(() => 0);
      const early = follow(open({ sort: 'load' }));
      for (let n = 0; n < 300; n++) {
        const id = `u-${(n * 17) % 40}`;
        const value = { id, ...(n % 3 > 0 && { load: (n * 7) % 10 }) };
        image.apply({ topic: 'units', key: id, offset: ++offset, ts: offset, ...(n % 11 > 0 && { value }) });
        if (n % 4 === 0) early.take();
      }
      const shown = early.take();
      expect(shown).to.deep.equal(follow(open({ sort: 'load' })).take());
      if (!what.endsWith('row')) return;
      const loads = (shown[0] as { readonly load?: number }[]).map(({ load = Infinity }) => load);
      expect(loads).to.have.length.above(20);
      expect(loads).to.deep.equal(loads.toSorted((one, other) => (one === other ? 0 : one - other)));
    });
});
