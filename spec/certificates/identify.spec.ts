import { X509Certificate } from 'node:crypto';
import { expect } from 'chai';
import { identifier } from '../../lib/certificates/identify.js';
import { CredentialsError } from '../../lib/errors.js';
import { createAuthority } from '../../lib/testing/cloud/authority.js';
import type { Credentials } from '../../lib/transport/types.js';

describe('identifier', () => {
  let credentials: Credentials;
  let renewed: Credentials;
  let validTill: number;

  before(async () => {
    const authority = await createAuthority();
    const issued = async (organization: string): Promise<Credentials> => {
      const { cert, key } = await authority.issue({ commonName: 'unit-1', organization });
      return { ca: authority.ca, cert, key };
    };
    [credentials, renewed] = await Promise.all([issued('cloud.example.net'), issued('next.example.net')]);
    validTill = Date.parse(new X509Certificate(credentials.cert).validTo);
  });

  it('gives the discovery URLs of credentials that can be used', () => {
    expect(identifier({})(credentials, Date.now())).to.deep.equal(['https://cloud.example.net:9000/sd/v7/']);
  });

  it('fails where the credentials cannot be used, also when an override says where to go', () => {
    const identify = identifier({ overrideDiscoveryUrl: 'https://lab/' });
    expect(() => identify(credentials, validTill + 1)).to.throw(CredentialsError, 'the certificate expired');
  });

  it('parses equal credentials once, others anew', () => {
    const identify = identifier({});
    const first = identify(credentials, Date.now());
    expect(identify({ ...credentials }, Date.now())).to.equal(first);
    expect(identify(renewed, Date.now())).to.deep.equal(['https://next.example.net:9000/sd/v7/']);
    expect(() => identify({ ...renewed, key: credentials.key }, Date.now())).to.throw(
      CredentialsError,
      'the private key does not belong to the certificate',
    );
  });

  it('finds a certificate expired that was good the time before', () => {
    const identify = identifier({});
    identify(credentials, validTill);
    expect(() => identify(credentials, validTill + 1)).to.throw(CredentialsError, 'the certificate expired');
  });
});
