import { expect } from 'chai';
import { createAuthority } from '../../lib/testing/index.js';
import { secureContexts } from '../../lib/transport/secure-contexts.js';

describe('secureContexts', () => {
  const issued = async () => {
    const authority = await createAuthority();
    return { ca: authority.ca, ...(await authority.issue({ commonName: 'unit-1' })) };
  };

  it('are shared by equal credentials', async () => {
    const credentials = await issued();
    const contextOf = secureContexts();

    expect(contextOf({ ...credentials })).to.equal(contextOf(credentials));
    expect(secureContexts()(credentials)).to.not.equal(contextOf(credentials));
  });

  it('are new as soon as any part of the credentials differs', async () => {
    const [before, after] = [await issued(), await issued()];
    const contextOf = secureContexts();
    const all = [
      before,
      { ...before, ca: after.ca },
      after,
      { ...after, passphrase: 'open' },
      { ...after, cert: `${after.cert}\n` },
      before,
    ].map(contextOf);

    expect(new Set(all).size).to.equal(all.length);
  });

  it('throw for what is no certificate, each time', async () => {
    const credentials = { ...(await issued()), cert: 'none' };
    const contextOf = secureContexts();

    expect(() => contextOf(credentials)).to.throw();
    expect(() => contextOf(credentials)).to.throw();
  });
});
