import { expect } from 'chai';
import { ConnectError, CredentialsError } from '../../lib/errors.js';
import { describeError } from '../../lib/observability/describe-error.js';

describe('describeError', () => {
  it('gives name, message and code', () => {
    expect(describeError(new ConnectError('wss://host/', 'refused', { code: 503 }))).to.deep.equal({
      name: 'ConnectError',
      message: 'wss://host/ cannot be opened: refused',
      code: 503,
    });
  });

  it('gives the code of the nearest cause that has one', () => {
    const cause = Object.assign(new Error('no such file'), { code: 'ENOENT' });
    expect(describeError(new CredentialsError('x', { cause: new Error('y', { cause }) }))).to.have.property(
      'code',
      'ENOENT',
    );
  });

  it('gives no code where there is none, and survives a cause that is its own cause', () => {
    const error = new Error('x');
    error.cause = error;
    expect(describeError(error)).to.deep.equal({ name: 'Error', message: 'x' });
  });

  it('replaces secrets in the message', () => {
    expect(describeError(new Error('sent Bearer abc')).message).to.equal('sent Bearer ***');
  });

  it('gives the code for a message where there is none', () => {
    expect(describeError(Object.assign(new Error(''), { code: 'ECONNREFUSED' })).message).to.equal('ECONNREFUSED');
    expect(describeError(new Error('')).message).to.equal('no message');
  });

  it('describes what is no error', () => {
    expect(describeError('Bearer abc')).to.deep.equal({ name: 'Error', message: 'Bearer ***' });
    expect(describeError(undefined)).to.deep.equal({ name: 'Error', message: 'undefined' });
  });
});
