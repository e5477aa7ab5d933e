import { expect } from 'chai';
import { perCredentials } from '../../lib/transport/per-credentials.js';
import type { Credentials } from '../../lib/transport/types.js';

describe('perCredentials', () => {
  const credentials: Credentials = { ca: 'ca', cert: 'cert', key: 'key' };

  it('makes one for equal credentials, and another as soon as any part of them differs', () => {
    const made: Credentials[] = [];
    const make = perCredentials((from) => made.push(from));
    const all = [
      credentials,
      { ...credentials },
      { ...credentials, ca: 'other' },
      { ...credentials, cert: 'other' },
      { ...credentials, key: 'other' },
      { ...credentials, passphrase: 'open' },
      credentials,
    ].map(make);
    expect(all).to.deep.equal([1, 1, 2, 3, 4, 5, 6]);
  });

  it('makes another where the object itself was changed', () => {
    const changed: { -readonly [Part in keyof Credentials]: Credentials[Part] } = { ...credentials };
    const make = perCredentials(({ cert }) => cert);
    make(changed);
    changed.cert = 'renewed';
    expect(make(changed)).to.equal('renewed');
  });

  it('tries again where making failed', () => {
    let tries = 0;
    const make = perCredentials(() => {
      if (++tries < 3) throw new Error(`no ${tries}`);
      return 'made';
    });
    expect(() => make(credentials)).to.throw('no 1');
    expect(() => make(credentials)).to.throw('no 2');
    expect(make(credentials)).to.equal('made');
  });
});
