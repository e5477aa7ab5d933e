import { expect } from 'chai';
import { identify } from '../../lib/certificates/identify.js';
import { CredentialsError } from '../../lib/errors.js';
import { createAuthority } from '../../lib/testing/cloud/authority.js';
import type { Credentials } from '../../lib/transport/types.js';

describe('identify', () => {
  let credentials: Credentials;

  before(async () => {
    const authority = await createAuthority();
    const { cert, key } = await authority.issue({ commonName: 'unit-1', organization: 'cloud.example.net' });
    credentials = { ca: authority.ca, cert, key };
  });

  it('gives the discovery URLs of credentials that can be used', () => {
    expect(identify(credentials, { now: Date.now() })).to.deep.equal(['https://cloud.example.net:9000/sd/v7/']);
  });

  it('fails where the credentials cannot be used, also when an override says where to go', () => {
    const now = Date.now() + 10 * 365 * 86_400_000;
    expect(() => identify(credentials, { now, overrideDiscoveryUrl: 'https://lab/' })).to.throw(
      CredentialsError,
      'the certificate expired',
    );
  });
});
