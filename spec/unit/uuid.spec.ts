import { expect } from 'chai';
import { uuid } from '../../lib/unit/uuid.js';

describe('uuid', () => {
  const some = Array.from({ length: 20_000 }, uuid);

  it('is a version 4 in lower case', () => {
    for (const id of some) expect(id).to.match(/^[\da-f]{8}-[\da-f]{4}-4[\da-f]{3}-[89ab][\da-f]{3}-[\da-f]{12}$/);
  });

  it('is never the same twice', () => {
    expect(new Set(some).size).to.equal(some.length);
  });

  it('has every value in each place that is free', () => {
    const free = some[0]?.replaceAll('-', '').length ?? 0;
    for (let place = 0; place < free; place++) {
      const digits = new Set(some.map((id) => id.replaceAll('-', '')[place]));
      expect(digits.size, `place ${place}`).to.equal(place === 12 ? 1 : place === 16 ? 4 : 16);
    }
  });
});
