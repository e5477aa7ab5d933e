import { expect } from 'chai';
import { FailedLast } from '../../lib/collections/failed-last.js';

describe('FailedLast', () => {
  const sorted = (order: FailedLast, items: string) => order.sort(Array.from(items), (item) => item).join('');

  it('gives items as they are while none of them has failed', () => {
    const items = ['b', 'a'];
    expect(new FailedLast().sort(items, (item) => item)).to.equal(items);
  });

  it('puts those that failed behind the others, the latest last', () => {
    const order = new FailedLast();
    order.failed('b');
    order.failed('a');
    expect(sorted(order, 'abcd')).to.equal('cdba');
    order.failed('b');
    expect(sorted(order, 'abcd')).to.equal('cdab');
  });

  it('gives one that worked its place back, and all of them once it is cleared', () => {
    const order = new FailedLast();
    order.failed('a');
    order.failed('b');
    order.worked('a');
    expect(sorted(order, 'abc')).to.equal('acb');
    order.clear();
    expect(sorted(order, 'abc')).to.equal('abc');
  });

  it('holds 256 items, the latest ones', () => {
    const order = new FailedLast();
    for (let n = 0; n < 300; n++) order.failed(`${n}`);
    expect(order.sort(['299', '44', '43'], (item) => item)).to.deep.equal(['43', '44', '299']);
  });
});
