import { expect } from 'chai';
import { codeOf } from '../../lib/transport/code-of.js';

describe('codeOf', () => {
  it('gives the code of a system error', () => {
    expect(codeOf(Object.assign(new Error('refused'), { code: 'ECONNREFUSED' }))).to.deep.equal({
      code: 'ECONNREFUSED',
    });
  });

  it('gives nothing where there is no code that is a text', () => {
    for (const error of [
      new Error('no code'),
      Object.assign(new Error(''), { code: 7 }),
      { code: 'E' },
      'E',
      undefined,
    ])
      expect(codeOf(error)).to.deep.equal({});
  });
});
