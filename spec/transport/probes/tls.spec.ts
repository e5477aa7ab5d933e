import { once } from 'node:events';
import { expect } from 'chai';
import { lastValueFrom, toArray } from 'rxjs';
import { createAuthority, type Authority } from '../../../lib/testing/cloud/authority.js';
import { probeTls, type TlsReport } from '../../../lib/transport/probes/tls.js';
import type { Credentials } from '../../../lib/transport/types.js';
import { startRawServer, startRawTlsServer, type RawServer } from '../../support/raw-server.js';

describe('probeTls', () => {
  let authority: Authority;
  let credentials: Credentials;
  before(async () => {
    authority = await createAuthority();
    credentials = { ca: authority.ca, ...(await authority.issue({ commonName: 'unit-1' })) };
  });

  const reports = ({ port }: RawServer, host = '127.0.0.1'): Promise<TlsReport[]> =>
    lastValueFrom(probeTls({ address: '127.0.0.1', port, host, credentials }).pipe(toArray()), { defaultValue: [] });
  const own = () => authority.issue({ commonName: 'server', dnsNames: ['cloud.example'], server: true });

  it('tells version, cipher, time and chain, and shows the certificate of the unit', async () => {
    let shown = '';
    const options = { ...(await own()), ca: authority.ca, requestCert: true };
    await using server = await startRawTlsServer(options, (socket) => {
      shown = JSON.stringify(socket.getPeerCertificate().subject);
    });
    const [report, ...more] = await reports(server, 'cloud.example');
    expect(more).to.deep.equal([]);
    expect(report).to.include({ protocol: 'TLSv1.3' }).and.not.to.have.any.keys('untrusted', 'ended');
    expect(report?.cipher).to.match(/^TLS_/);
    expect(report?.took).to.be.a('number');
    expect(report?.chain.map(({ subject }) => subject)).to.deep.equal(['CN=server', 'CN=unitlink test authority']);
    expect(shown).to.equal('{"CN":"unit-1"}');
  });

  it('asks for the host by its name', async () => {
    let asked: unknown;
    await using server = await startRawTlsServer(await own(), (socket) => {
      asked = socket.servername;
    });
    await reports(server, 'cloud.example');
    expect(asked).to.equal('cloud.example');
  });

  it('looks at a server that is not trusted too, and sends nothing', async () => {
    const received: Buffer[] = [];
    let closed: Promise<unknown> | undefined;
    await using server = await startRawTlsServer(await own(), (socket) => {
      socket.on('data', (bytes: Buffer) => received.push(bytes));
      closed = once(socket, 'close');
    });
    const [report] = await reports(server, 'other.example');
    await closed;
    expect(report).to.include({ untrusted: 'ERR_TLS_CERT_ALTNAME_INVALID' });
    expect(received).to.deep.equal([]);
  });

  it('waits for a server that hangs up as soon as it has the certificate', async () => {
    await using server = await startRawTlsServer(await own(), (socket) => socket.destroy());
    const all = await reports(server, 'cloud.example');
    expect(all).to.have.lengthOf(2);
    expect(all[1]?.ended).to.be.an('error');
  });

  it('fails where there is no handshake', async () => {
    await using server = await startRawServer((socket) => socket.end('HTTP/1.1 400 Bad Request\r\n\r\n'));
    const error: unknown = await reports(server).catch((reason: unknown) => reason);
    expect(error).to.have.property('code', 'ERR_SSL_WRONG_VERSION_NUMBER');
  });
});
