import { expect } from 'chai';
import { errorInfo } from '../../lib/builders/error-info.js';

describe('errorInfo', () => {
  it('is a failure with the message of the error', () => {
    expect(errorInfo(new Error('no'))).to.deep.equal({ aosCode: 1, exitCode: 0, message: 'no' });
    expect(errorInfo('no')).to.deep.equal({ aosCode: 1, exitCode: 0, message: 'no' });
  });

  it('is a runtime error with its errno where the operating system says so', () => {
    const error = Object.assign(new Error('ENOSPC'), { errno: -28 });
    expect(errorInfo(error)).to.deep.equal({ aosCode: 2, exitCode: 28, message: 'ENOSPC' });
    expect(errorInfo(Object.assign(new Error('x'), { errno: 'E' })).exitCode).to.equal(0);
  });

  it('takes the code that is known', () => {
    expect(errorInfo(new Error('late'), 7).aosCode).to.equal(7);
  });
});
