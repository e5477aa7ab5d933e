import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { connect, createServer } from 'node:tls';
import { createPrivateKey, X509Certificate } from 'node:crypto';
import { expect } from 'chai';
import { arrangeCredentials } from '../../lib/certificates/arrange-credentials.js';
import { tlsOptions } from '../../lib/transport/tls-options.js';
import type { Credentials } from '../../lib/transport/types.js';
import { party, testChain, type TestChain } from '../support/chain.js';

describe('arrangeCredentials', () => {
  let chain: TestChain;
  let stranger: string;
  before(async () => {
    chain = await testChain();
    stranger = (await party('somebody else')).key;
  });

  const of = (cert: string, others: Partial<Credentials> = {}): Credentials => ({
    ...{ ca: chain.root, cert, key: chain.key },
    ...others,
  });
  const arranged = (credentials: Credentials) => arrangeCredentials(credentials, Date.now());
  const subjects = ({ cert }: Credentials) =>
    (cert.match(/-----BEGIN[^]+?-----END CERTIFICATE-----/g) ?? []).map((pem) =>
      new X509Certificate(pem).subject.replace('CN=', ''),
    );

  it('leaves credentials that are in order as they are', () => {
    const { unit, intermediate, root, key } = chain;
    for (const cert of [
      unit,
      unit + intermediate,
      unit + intermediate + root,
      `Subject: unit-1\n${unit}\n${intermediate}`,
    ]) {
      const credentials = of(cert, { key: `text before\n${key}` });
      expect(arranged(credentials)).to.equal(credentials);
    }
  });

  it('puts the certificate of the key first, each followed by the one that issued it', () => {
    const { unit, intermediate, root } = chain;
    for (const cert of [
      intermediate + unit,
      root + intermediate + unit,
      intermediate + root + unit,
      unit + root + intermediate,
    ])
      expect(subjects(arranged(of(cert)))).to.deep.equal(
        cert.includes(root) ? ['unit-1', 'middle', 'ca'] : ['unit-1', 'middle'],
      );
  });

  it('prefers what is valid, of the certificate and of its intermediates, and loses none', () => {
    const { unit, expiredUnit, intermediate, expiredIntermediate } = chain;
    const { cert } = arranged(of(expiredIntermediate + expiredUnit + intermediate + unit));
    expect(cert.replaceAll('\n', '')).to.equal(
      (unit + intermediate + expiredIntermediate + expiredUnit).replaceAll('\n', ''),
    );
  });

  it('finds the key among several, also an encrypted one', () => {
    const { unit, key } = chain;
    const encrypted = String(
      createPrivateKey(key).export({ type: 'pkcs8', format: 'pem', cipher: 'aes-256-cbc', passphrase: 'geheim' }),
    );
    expect(arranged(of(unit, { key: stranger + key })).key).to.equal(key);
    expect(arranged(of(unit, { key: stranger + encrypted, passphrase: 'geheim' })).key.trim()).to.equal(
      encrypted.trim(),
    );
  });

  it('reads PEM that is indented, or has the line ends of old systems', () => {
    const { unit, intermediate, root, key } = chain;
    const old = (text: string) => text.replaceAll('\n', '\r');
    const indented = (text: string) => text.replace(/^(?=.)/gm, '    ');
    for (const odd of [old, indented]) {
      const credentials = of(odd(intermediate + unit), { ca: odd(root), key: odd(key) });
      expect(arranged(credentials)).to.include({ ca: root, key });
      expect(subjects(arranged(credentials))).to.deep.equal(['unit-1', 'middle']);
    }
  });

  it('reads files that were joined without a line end between them', () => {
    const { unit, intermediate, root, expiredRoot } = chain;
    const joined = arranged(of(unit.trim() + intermediate.trim(), { ca: expiredRoot.trim() + root.trim() }));
    expect(joined.ca).to.equal(`${expiredRoot}${root}`.trim());
    expect(joined.cert).to.equal(`${unit}${intermediate}`.trim());
  });

  it('leaves what cannot be used as it is, for others to say why', () => {
    const { unit, intermediate } = chain;
    for (const credentials of [
      of(intermediate + unit, { key: stranger }),
      of(intermediate + unit, { key: 'no PEM' }),
      of('no PEM'),
      of(''),
    ])
      expect(arranged(credentials)).to.equal(credentials);
  });

  it('gives what a server that trusts the root alone lets in, where an expired root stands in the CA file too', async () => {
    const { root, expiredRoot, intermediate, unit, key } = chain;
    const server = createServer(
      { cert: unit + intermediate, key, ca: root, requestCert: true, rejectUnauthorized: true },
      (socket) => socket.end('in'),
    ).listen(0, '127.0.0.1');
    await once(server, 'listening');
    try {
      for (const ca of [expiredRoot + root, root + expiredRoot]) {
        const socket = connect({
          ...tlsOptions(arranged(of(intermediate + unit, { ca }))),
          port: (server.address() as AddressInfo).port,
          checkServerIdentity: () => undefined,
        });
        const [data] = (await once(socket, 'data')) as [Buffer];
        expect(data.toString()).to.equal('in');
        socket.destroy();
      }
    } finally {
      server.close();
    }
  });
});
