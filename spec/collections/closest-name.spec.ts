import { expect } from 'chai';
import { closestName } from '../../lib/collections/closest-name.js';

describe('closestName', () => {
  const names = ['--store', '--system-id', '--message-log', '--log-level'];

  it('finds the name that was meant', () => {
    expect(closestName('--stroe', names)).to.equal('--store');
    expect(closestName('--systemid', names)).to.equal('--system-id');
    expect(closestName('--LOGLEVEL', names)).to.equal('--log-level');
  });

  it('counts two letters that have changed places as one mistake', () => {
    expect(closestName('sned', ['demo', 'unit', 'send', 'top'])).to.equal('send');
    expect(closestName('tpo', ['demo', 'unit', 'send', 'top'])).to.equal('top');
  });

  it('finds none where nothing is close', () => {
    expect(closestName('--colour', names)).to.equal(undefined);
    expect(closestName('', names)).to.equal(undefined);
  });
});
