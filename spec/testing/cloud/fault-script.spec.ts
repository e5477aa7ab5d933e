import { expect } from 'chai';
import { createScript } from '../../../lib/testing/cloud/fault-script.js';

describe('createScript', () => {
  const first = { kind: 'first' };
  const second = { kind: 'second' };

  it('gives each step as often as it was added, in order, then nothing', () => {
    const script = createScript();
    script.add(first, 2);
    script.add(second, 1);
    const steps = [script.next(), script.next(), script.next(), script.next()];
    expect(steps).to.deep.equal([first, first, second, undefined]);
  });

  it('takes 0 times as never', () => {
    const script = createScript();
    script.add(first, 0);
    expect(script.next()).to.equal(undefined);
  });

  it('goes on with an infinite step until it is cleared', () => {
    const script = createScript();
    script.add(first, Infinity);
    expect([script.next(), script.next(), script.next()]).to.deep.equal([first, first, first]);
    script.clear();
    expect(script.next()).to.equal(undefined);
  });
});
