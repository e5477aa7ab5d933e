import { expect } from 'chai';
import { map } from 'rxjs';
import type { DoctorSettings } from '../../../lib/cli/doctor/options.js';
import { startCloud, type Cloud } from '../../../lib/testing/cloud/start-cloud.js';
import { createAuthority, type IssueOptions } from '../../../lib/testing/cloud/authority.js';
import { nodeProbes } from '../../../lib/transport/probes/probes.js';
import { diagnose, failuresIn } from '../../support/diagnose.js';
import { alerting, startRawServer, startRawTlsServer, type RawServer } from '../../support/raw-server.js';
import { selfSigned } from '../../support/self-signed.js';

const day = 86_400_000;

describe('unitlink doctor, on the way to a host, in the TLS handshake', () => {
  let cloud: Cloud;
  before(async () => {
    cloud = await startCloud();
  });
  after(async () => {
    await cloud.stop();
  });

  const at = (server: RawServer, settings: Partial<DoctorSettings> = {}) =>
    diagnose({
      credentials: cloud.credentials,
      settings: { overrideDiscoveryUrl: `https://127.0.0.1:${server.port}/sd/v7/`, ...settings },
    });
  const serverCertificate = (options: Partial<IssueOptions> = {}) =>
    cloud.authority.issue({ commonName: 'server', ipAddresses: ['127.0.0.1'], server: true, ...options });

  for (const [what, finding, start] of [
    [
      'HTTP instead of TLS',
      'not-tls',
      () => startRawServer((socket) => socket.end('HTTP/1.1 400 Bad Request\r\n\r\n')),
    ],
    [
      'something else instead of TLS',
      'not-tls',
      () => startRawServer((socket) => socket.end('SSH-2.0-OpenSSH_9.0\r\n')),
    ],
    ['a server that hangs up', 'tls-closed', () => startRawServer((socket) => socket.once('data', () => socket.end()))],
    [
      'a server that resets',
      'tls-closed',
      () => startRawServer((socket) => socket.once('data', () => socket.resetAndDestroy())),
    ],
    [
      'TLS 1.1 only',
      'tls-version',
      async () =>
        startRawTlsServer({
          ...(await serverCertificate()),
          minVersion: 'TLSv1',
          maxVersion: 'TLSv1.1',
          ciphers: 'DEFAULT@SECLEVEL=0',
        }),
    ],
    [
      'no cipher in common',
      'tls-no-common-cipher',
      async () =>
        startRawTlsServer({ ...(await serverCertificate()), maxVersion: 'TLSv1.2', ciphers: 'PSK-AES128-CBC-SHA' }),
    ],
    [
      'a CA that is not trusted',
      'unknown-ca',
      async () =>
        startRawTlsServer(
          await (await createAuthority()).issue({ commonName: 's', ipAddresses: ['127.0.0.1'], server: true }),
        ),
    ],
    ['a certificate that signed itself', 'self-signed', async () => startRawTlsServer(await selfSigned())],
    [
      'another host name',
      'wrong-host-name',
      async () => startRawTlsServer(await serverCertificate({ ipAddresses: [], dnsNames: ['cloud.example'] })),
    ],
    [
      'an expired server certificate',
      'server-certificate-expired',
      async () =>
        startRawTlsServer(
          await serverCertificate({
            notBefore: new Date(Date.now() - 2 * day),
            notAfter: new Date(Date.now() - day),
          }),
        ),
    ],
    [
      'a server certificate that is not valid yet',
      'server-certificate-not-yet-valid',
      async () => startRawTlsServer(await serverCertificate({ notBefore: new Date(Date.now() + day) })),
    ],
    [
      'a certificate that is not one for servers',
      'server-certificate-purpose',
      async () => startRawTlsServer(await serverCertificate({ server: false, client: true })),
    ],
    [
      'a server that hangs up when it has the certificate of the unit',
      'client-certificate-refused',
      async () => startRawTlsServer(await serverCertificate(), (socket) => socket.destroy()),
    ],
  ] as const)
    it(`finds ${what}`, async () => {
      await using server = await start();
      const checks = await at(server);
      expect(failuresIn(checks)).to.deep.equal([`tls ${finding}`]);
      expect(checks.find(({ check }) => check === 'discovery')?.verdict).to.equal('skipped');
    });

  it('finds a server that does not answer', async () => {
    await using server = await startRawServer();
    expect(failuresIn(await at(server, { connectTimeout: 100 }))).to.deep.equal(['tls tls-timeout']);
  });

  for (const [alert, finding] of [
    [40, 'tls-no-common-cipher'],
    [42, 'client-certificate-bad'],
    [43, 'client-certificate-unsupported'],
    [44, 'client-certificate-revoked'],
    [45, 'client-certificate-expired'],
    [46, 'client-certificate-unknown'],
    [48, 'client-certificate-unknown-ca'],
    [49, 'client-certificate-denied'],
    [51, 'client-signature-refused'],
    [70, 'tls-version'],
    [80, 'tls-internal-error'],
    [86, 'tls-alert'],
    [112, 'tls-unrecognized-name'],
    [116, 'client-certificate-required'],
  ] as const)
    it(`takes the alert ${alert} for ${finding}`, async () => {
      await using server = await startRawServer(alerting(alert));
      expect(failuresIn(await at(server))).to.deep.equal([`tls ${finding}`]);
    });

  it('finds that a CA of the server has expired', async () => {
    const tls = () =>
      nodeProbes.tls({
        ...{ address: '127.0.0.1', port: Number(new URL(cloud.discoveryUrl).port), host: '127.0.0.1' },
        credentials: cloud.credentials,
      });
    const chain = { tls: () => tls().pipe(map((report) => ({ ...report, untrusted: 'CERT_HAS_EXPIRED' }))) };
    const checks = await diagnose({ credentials: cloud.credentials, probes: chain });
    expect(failuresIn(checks)).to.deep.equal(['tls server-chain-expired']);
  });

  it('finds that the cloud refuses the certificate of the unit, with TLS 1.3', async () => {
    const stranger = await (
      await createAuthority()
    ).issue({ commonName: 'unit-1', discoveryUrls: [cloud.discoveryUrl] });
    const checks = await diagnose({ credentials: { ...stranger, ca: cloud.ca } });
    expect(failuresIn(checks)).to.deep.equal(['tls client-certificate-refused']);
  });

  it('tells the version, the chain and the days that are left', async () => {
    const checks = await diagnose({ credentials: cloud.credentials });
    const tls = checks.find(({ check }) => check === 'tls');
    expect(tls?.message).to.match(/^TLSv1\.3, 127\.0\.0\.1, issued by unitlink test authority, 36\d days left$/);
    expect(tls?.figures).to.include({ protocol: 'TLSv1.3' });
    expect(tls?.figures?.['certificates']).to.have.lengthOf(2);
  });
});
