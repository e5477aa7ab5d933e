import { expect } from 'chai';
import { tlsOptions } from '../../lib/transport/tls-options.js';

const credentials = { ca: 'ca', cert: 'cert', key: 'key' };

describe('tlsOptions', () => {
  it('verify the server outright, and take TLS 1.2 at least', () => {
    const expected = { ...credentials, minVersion: 'TLSv1.2', rejectUnauthorized: true };
    expect(tlsOptions(credentials)).to.deep.equal(expected);
    expect(tlsOptions({ ...credentials, passphrase: 'open' })).to.deep.equal({ ...expected, passphrase: 'open' });
  });

  it('take nothing else from the credentials', () => {
    expect(tlsOptions({ ...credentials, rejectUnauthorized: false } as typeof credentials)).to.include({
      rejectUnauthorized: true,
    });
  });
});
