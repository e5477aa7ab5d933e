import { expect } from 'chai';
import {
  AllEndpointsFailedError,
  ConnectError,
  ConnectionLostError,
  ConnectTimeoutError,
  DiscoveryRefusedError,
  UnauthorizedError,
} from '../../lib/errors.js';
import { errorType } from '../../lib/observability/error-type.js';

const url = 'wss://cloud.example/';

describe('errorType', () => {
  it('is the HTTP status or the code of a system error', () => {
    expect(errorType(new UnauthorizedError(url))).to.equal('401');
    expect(errorType(new ConnectError(url, 'refused', { code: 'ECONNREFUSED' }))).to.equal('ECONNREFUSED');
    expect(errorType(new ConnectionLostError(url, 'ECONNRESET'))).to.equal('ECONNRESET');
  });

  it('is that of the nearest cause that has one', () => {
    const cause = Object.assign(new Error('no name'), { code: 'ENOTFOUND' });
    expect(errorType(new AllEndpointsFailedError([new ConnectError(url, 'x', { cause })]))).to.equal('ENOTFOUND');
  });

  it('is the name of the class where there is no such code, or one that somebody made up', () => {
    expect(errorType(new ConnectTimeoutError(url, 5))).to.equal('ConnectTimeoutError');
    expect(errorType(new DiscoveryRefusedError(url, 31_337))).to.equal('DiscoveryRefusedError');
    expect(errorType(new ConnectionLostError(url, 1006))).to.equal('ConnectionLostError');
    expect(errorType(new ConnectError(url, 'x', { code: 'unit-1 at wss://cloud' }))).to.equal('ConnectError');
  });

  it('is _OTHER for what is no error', () => {
    expect([undefined, 'text', { code: 'X' }].map(errorType)).to.deep.equal(['_OTHER', '_OTHER', '_OTHER']);
  });

  it('ends for errors that are their own causes', () => {
    const error = new Error('round');
    error.cause = error;
    expect(errorType(error)).to.equal('Error');
  });
});
