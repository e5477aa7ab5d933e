import 'reflect-metadata';
import { createPrivateKey, X509Certificate } from 'node:crypto';
import { IssuerAlternativeNameExtension, X509Certificate as ParsedCertificate } from '@peculiar/x509';
import { expect } from 'chai';
import { type Authority, createAuthority } from '../../../lib/testing/cloud/authority.js';

const CLIENT_USE = '1.3.6.1.5.5.7.3.2';
const SERVER_USE = '1.3.6.1.5.5.7.3.1';

describe('createAuthority', () => {
  let authority: Authority;
  let ca: X509Certificate;

  before(async () => {
    authority = await createAuthority();
    ca = new X509Certificate(authority.ca);
  });

  it('is a CA that signed itself', () => {
    expect(ca.ca).to.equal(true);
    expect(ca.verify(ca.publicKey)).to.equal(true);
  });

  it('is valid since a day ago, so that clocks may differ', () => {
    expect(Date.parse(ca.validFrom)).to.be.below(Date.now() - 86_000_000);
  });

  it('issues certificates that it signed and that are no CA themselves', async () => {
    const leaf = new X509Certificate((await authority.issue({ commonName: 'unit-1' })).cert);
    expect(leaf.checkIssued(ca)).to.equal(true);
    expect(leaf.verify(ca.publicKey)).to.equal(true);
    expect(leaf.ca).to.equal(false);
  });

  it('gives the private key that belongs to the certificate', async () => {
    const { cert, key } = await authority.issue({ commonName: 'unit-1' });
    expect(key).to.match(/^-----BEGIN PRIVATE KEY-----/);
    expect(new X509Certificate(cert).checkPrivateKey(createPrivateKey(key))).to.equal(true);
  });

  it('names the holder and the organization, commas and all', async () => {
    const { cert } = await authority.issue({ commonName: 'unit, 1', organization: 'Acme, Inc. + Sons' });
    const parsed = new ParsedCertificate(cert).subjectName;
    expect(parsed.getField('CN')).to.deep.equal(['unit, 1']);
    expect(parsed.getField('O')).to.deep.equal(['Acme, Inc. + Sons']);
  });

  it('puts discovery URLs into the Issuer Alternative Name, in order', async () => {
    const discoveryUrls = ['https://one.example:9000/', 'https://two.example:9000/'];
    const { cert } = await authority.issue({ commonName: 'unit-1', discoveryUrls });
    const names = new ParsedCertificate(cert).getExtension(IssuerAlternativeNameExtension)?.names.toJSON();
    expect(names).to.deep.equal(discoveryUrls.map((value) => ({ type: 'url', value })));
  });

  it('has no Issuer Alternative Name without discovery URLs', async () => {
    const { cert } = await authority.issue({ commonName: 'unit-1' });
    expect(new ParsedCertificate(cert).getExtension('2.5.29.18')).to.equal(null);
  });

  it('issues server certificates for names and addresses', async () => {
    const { cert } = await authority.issue({
      commonName: 'cloud',
      dnsNames: ['localhost'],
      ipAddresses: ['127.0.0.1', '::1'],
      server: true,
    });
    const leaf = new X509Certificate(cert);
    expect(leaf.checkHost('localhost')).to.equal('localhost');
    expect(leaf.checkIP('127.0.0.1')).to.equal('127.0.0.1');
    expect(leaf.keyUsage).to.deep.equal([SERVER_USE]);
  });

  it('issues for clients by default, and for both on demand', async () => {
    const client = await authority.issue({ commonName: 'a' });
    const both = await authority.issue({ commonName: 'b', client: true, server: true });
    expect(new X509Certificate(client.cert).keyUsage).to.deep.equal([CLIENT_USE]);
    expect(new X509Certificate(both.cert).keyUsage).to.have.members([CLIENT_USE, SERVER_USE]);
  });

  it('keeps to the dates it is given', async () => {
    const notBefore = new Date('2020-01-01T00:00:00Z');
    const notAfter = new Date('2020-01-02T00:00:00Z');
    const leaf = new X509Certificate((await authority.issue({ commonName: 'old', notBefore, notAfter })).cert);
    expect(new Date(leaf.validFrom)).to.deep.equal(notBefore);
    expect(new Date(leaf.validTo)).to.deep.equal(notAfter);
  });

  it('gives every certificate a serial of its own, and tells it as TLS does', async () => {
    const issued = await Promise.all(Array.from({ length: 20 }, () => authority.issue({ commonName: 'unit-1' })));
    expect(new Set(issued.map(({ serial }) => serial)).size).to.equal(20);
    for (const { cert, serial } of issued) expect(new X509Certificate(cert).serialNumber).to.equal(serial);
  });

  it('does not vouch for the certificates of another authority', async () => {
    const stranger = await (await createAuthority()).issue({ commonName: 'unit-1' });
    expect(new X509Certificate(stranger.cert).verify(ca.publicKey)).to.equal(false);
  });
});
