import { inspect } from 'node:util';
import { expect } from 'chai';
import { errorInfo, withoutSecret } from '../../lib/certificates/error-info.js';
import { KeystoreError } from '../../lib/errors.js';

const keystoreError = (code: string) => new KeystoreError('why', { code });

describe('errorInfo', () => {
  for (const [code, aosCode, exitCode] of [
    ['MISSING_SECRET', 5, 0],
    ['BAD_NODE', 6, 0],
    ['UNREADABLE', 6, 0],
    ['BAD_CHAIN', 6, 0],
    ['KEY_MISMATCH', 6, 0],
    ['EXPIRED', 6, 0],
    ['UNKNOWN_TYPE', 12, 0],
    ['CORRUPT', 1, 0],
    ['OPEN_TO_OTHERS', 1, 0],
    ['ENOSPC', 2, 28],
    ['EACCES', 2, 13],
  ] as const)
    it(`gives ${aosCode} and ${exitCode} for ${code}`, () => {
      expect(errorInfo(keystoreError(code))).to.deep.equal({ aosCode, exitCode, message: 'why' });
    });

  it('knows system errors of whatever class, and gives 1 for all else', () => {
    expect(errorInfo(Object.assign(new Error('full'), { code: 'ENOSPC' }))).to.include({ aosCode: 2, exitCode: 28 });
    for (const error of [new Error('x'), Object.assign(new Error('x'), { code: 'EXPIRED' }), 'x'])
      expect(errorInfo(error)).to.deep.equal({ aosCode: 1, exitCode: 0, message: 'x' });
    expect(errorInfo(Object.assign(new Error('x'), { code: 'constructor' }))).to.include({ aosCode: 1 });
  });
});

describe('withoutSecret', () => {
  it('gives back an error that holds none', () => {
    const error = new Error('the pin is wrong');
    expect(withoutSecret(error, 's3cr3t')).to.equal(error);
    expect(withoutSecret(error, '')).to.equal(error);
  });

  it('replaces one that holds it, in its message, its causes or its members', () => {
    for (const error of [
      new Error('pin s3cr3t is wrong'),
      new Error('no', { cause: new Error('no', { cause: 's3cr3t' }) }),
      Object.assign(new Error('no'), { request: { pin: 's3cr3t' } }),
      's3cr3t',
    ]) {
      const shown = withoutSecret(error, 's3cr3t');
      expect(shown).to.be.instanceOf(KeystoreError);
      expect(inspect(shown, { depth: 9, showHidden: true })).to.not.include('s3cr3t');
    }
  });

  it('keeps the code', () => {
    const error = Object.assign(new Error('open s3cr3t'), { code: 'ENOENT' });
    expect(withoutSecret(error, 's3cr3t')).to.include({ message: 'open ***', code: 'ENOENT' });
  });
});
