import 'reflect-metadata';
import { webcrypto } from 'node:crypto';
import { GeneralNames, Extension, X509CertificateGenerator } from '@peculiar/x509';
import { expect } from 'chai';
import { discoveryUrls } from '../../lib/certificates/discovery-urls.js';
import { CredentialsError } from '../../lib/errors.js';
import { createAuthority, type Authority, type IssueOptions } from '../../lib/testing/cloud/authority.js';

const configured = 'https://fallback.example.net:9000/sd/v7/';

describe('discoveryUrls', () => {
  let authority: Authority;

  before(async () => {
    authority = await createAuthority();
  });

  const certificate = async (options: Partial<IssueOptions> = {}) =>
    (await authority.issue({ commonName: 'unit-1', ...options })).cert;

  it('takes the URIs of the issuer alternative name, in their order, with the configured path', async () => {
    const cert = await certificate({ discoveryUrls: ['https://a.example.net:9443', 'https://b.example.net/other'] });
    expect(discoveryUrls(cert, { discoveryUrl: configured })).to.deep.equal([
      'https://a.example.net:9443/sd/v7/',
      'https://b.example.net/sd/v7/',
      configured,
    ]);
  });

  it('takes port 9000 of the organisation in the subject', async () => {
    const cert = await certificate({ organization: 'cloud.example.net' });
    expect(discoveryUrls(cert, { discoveryUrl: configured })).to.deep.equal([
      'https://cloud.example.net:9000/sd/v7/',
      configured,
    ]);
  });

  it('puts the issuer alternative name before the organisation, and both before the configured URL', async () => {
    const cert = await certificate({ discoveryUrls: ['https://a.example.net'], organization: 'cloud.example.net' });
    expect(discoveryUrls(cert, { discoveryUrl: configured })).to.deep.equal([
      'https://a.example.net/sd/v7/',
      'https://cloud.example.net:9000/sd/v7/',
      configured,
    ]);
  });

  it('takes the configured URL as it is where the certificate names no cloud', async () => {
    const discoveryUrl = 'https://fallback.example.net/lab/discover?tenant=7';
    expect(discoveryUrls(await certificate(), { discoveryUrl })).to.deep.equal([discoveryUrl]);
  });

  it('gives the URLs of the certificate the path of the configured one, and /sd/v7/ where there is none', async () => {
    const cert = await certificate({ organization: 'cloud.example.net' });
    expect(discoveryUrls(cert, { discoveryUrl: 'https://cloud.example.net:9000/lab/' })).to.deep.equal([
      'https://cloud.example.net:9000/lab/',
    ]);
    expect(discoveryUrls(cert, {})).to.deep.equal(['https://cloud.example.net:9000/sd/v7/']);
  });

  it('keeps the query of a URL of the certificate', async () => {
    const cert = await certificate({ discoveryUrls: ['https://a.example.net/x?tenant=7'] });
    expect(discoveryUrls(cert, {})).to.deep.equal(['https://a.example.net/sd/v7/?tenant=7']);
  });

  it('takes the override alone, with its own path, and does not even look at the certificate', async () => {
    const overrideDiscoveryUrl = 'https://lab.example.net:3000/other';
    const cert = await certificate({ discoveryUrls: ['https://a.example.net'], organization: 'cloud.example.net' });
    const options = { discoveryUrl: configured, overrideDiscoveryUrl };
    expect(discoveryUrls(cert, options)).to.deep.equal([overrideDiscoveryUrl]);
    expect(discoveryUrls('no certificate', options)).to.deep.equal([overrideDiscoveryUrl]);
  });

  it('takes empty options for absent ones', async () => {
    const cert = await certificate({ organization: 'cloud.example.net' });
    expect(discoveryUrls(cert, { discoveryUrl: '', overrideDiscoveryUrl: '' })).to.deep.equal([
      'https://cloud.example.net:9000/sd/v7/',
    ]);
  });

  it('names each URL once', async () => {
    const cert = await certificate({
      discoveryUrls: ['https://cloud.example.net:9000/a', 'https://cloud.example.net:9000/b'],
      organization: 'cloud.example.net',
    });
    expect(discoveryUrls(cert, { discoveryUrl: 'https://cloud.example.net:9000/sd/v7/' })).to.deep.equal([
      'https://cloud.example.net:9000/sd/v7/',
    ]);
  });

  it('passes over an organisation that can be no host', async () => {
    const cert = await certificate({ organization: 'Example Motors Ltd.' });
    expect(discoveryUrls(cert, { discoveryUrl: configured })).to.deep.equal([configured]);
  });

  it('passes over other kinds of names, empty ones, and what is no URL', async () => {
    const keys = await webcrypto.subtle.generateKey({ name: 'ECDSA', namedCurve: 'P-256' }, true, ['sign', 'verify']);
    const names = new GeneralNames([
      { type: 'dns', value: 'dns.example.net' },
      { type: 'email', value: 'unit@example.net' },
      { type: 'url', value: '' },
      { type: 'url', value: 'no URL' },
      { type: 'url', value: 'https://a.example.net' },
      { type: 'ip', value: '127.0.0.1' },
    ]);
    const cert = await X509CertificateGenerator.createSelfSigned({
      name: [{ CN: ['unit-1'] }],
      keys,
      signingAlgorithm: { name: 'ECDSA', hash: 'SHA-256' },
      extensions: [new Extension('2.5.29.18', false, names.rawData)],
    });
    expect(discoveryUrls(cert.toString('pem'), {})).to.deep.equal(['https://a.example.net/sd/v7/']);
  });

  it('does not take the subject alternative name for the issuer’s', async () => {
    const cert = await certificate({ dnsNames: ['dns.example.net'] });
    expect(discoveryUrls(cert, { discoveryUrl: configured })).to.deep.equal([configured]);
  });

  it('goes by the first certificate of a chain', async () => {
    const [first, second] = await Promise.all([
      certificate({ organization: 'first.example.net' }),
      certificate({ organization: 'second.example.net' }),
    ]);
    expect(discoveryUrls(`${first}\n${second}`, {})).to.deep.equal(['https://first.example.net:9000/sd/v7/']);
  });

  it('fails, saying what is missing, where nothing names a cloud', async () => {
    const cert = await certificate();
    expect(() => discoveryUrls(cert, {})).to.throw(
      CredentialsError,
      'the certificate names no cloud, and no discoveryUrl is given',
    );
  });
});
