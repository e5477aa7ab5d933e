import { expect } from 'chai';
import { map, NEVER, of, throwError } from 'rxjs';
import type { DoctorSettings } from '../../../lib/cli/doctor/options.js';
import { startCloud, type Cloud } from '../../../lib/testing/cloud/start-cloud.js';
import { createAuthority, type IssueOptions } from '../../../lib/testing/cloud/authority.js';
import { nodeProbes } from '../../../lib/transport/probes/probes.js';
import { diagnose, failuresIn } from '../../support/diagnose.js';
import { alerting, startRawServer, startRawTlsServer, type RawServer } from '../../support/raw-server.js';
import { selfSigned } from '../../support/self-signed.js';

const day = 86_400_000;
const failing = (code: string) => () => throwError(() => Object.assign(new Error(`it failed: ${code}`), { code }));

describe('unitlink doctor, on the way to a host,', () => {
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

  for (const [code, finding] of [
    ['ENOTFOUND', 'name-not-found'],
    ['EAI_AGAIN', 'name-temporary'],
    ['EAI_FAIL', 'name-failed'],
  ] as const)
    it(`takes ${code} of the resolver for ${finding}`, async () => {
      const checks = await diagnose({ credentials: cloud.credentials, probes: { name: failing(code) } });
      expect(failuresIn(checks)).to.deep.equal([`name ${finding}`]);
    });

  for (const [code, finding] of [
    ['ECONNREFUSED', 'connection-refused'],
    ['ECONNRESET', 'connection-reset'],
    ['ETIMEDOUT', 'connection-timeout'],
    ['EHOSTUNREACH', 'host-unreachable'],
    ['ENETUNREACH', 'network-unreachable'],
    ['EACCES', 'connection-forbidden'],
    ['EMFILE', 'connection-failed'],
  ] as const)
    it(`takes ${code} of TCP for ${finding}`, async () => {
      const checks = await diagnose({ credentials: cloud.credentials, probes: { tcp: failing(code) } });
      expect(failuresIn(checks)).to.deep.equal([`tcp ${finding}`]);
    });

  it('goes on to the next address where one takes the connection and fails at TLS, as a unit does', async () => {
    const { addresses, tls } = { addresses: ['192.0.2.1', '127.0.0.1'], tls: nodeProbes.tls };
    const checks = await diagnose({
      credentials: cloud.credentials,
      settings: { overrideDiscoveryUrl: cloud.discoveryUrl },
      probes: {
        name: () => of(addresses),
        tcp: () => of('connected'),
        tls: (target) => (target.address === '127.0.0.1' ? tls(target) : failing('ECONNRESET')()),
      },
    });
    const check = checks.find(({ check: name }) => name === 'tls');
    expect(check).to.include({ verdict: 'ok' });
    expect(check?.message).to.match(/, after 192\.0\.2\.1 ECONNRESET$/);
  });

  it('tells of the first address where all fail at TLS', async () => {
    const checks = await diagnose({
      credentials: cloud.credentials,
      probes: {
        name: () => of(['192.0.2.1', '192.0.2.2']),
        tcp: () => of('connected'),
        tls: ({ address }) => failing(address === '192.0.2.1' ? 'ECONNRESET' : 'ETIMEDOUT')(),
      },
    });
    expect(failuresIn(checks)).to.deep.equal(['tls tls-closed']);
  });

  for (const [probe, finding] of [
    ['name', 'name name-timeout'],
    ['tcp', 'tcp connection-timeout'],
    ['tls', 'tls tls-timeout'],
    ['discover', 'discovery answer-timeout'],
  ] as const)
    it(`gives up after the deadline, and calls it ${finding}`, async () => {
      const probes = { tls: () => of({ protocol: '', cipher: '', took: 0, chain: [] }), [probe]: () => NEVER };
      const settings = { connectTimeout: 50 };
      const checks = await diagnose({ credentials: cloud.credentials, settings, probes });
      expect(failuresIn(checks)).to.deep.equal([finding]);
      expect(checks.find(({ verdict }) => verdict === 'failed')?.message).to.contain('nothing within 50 ms');
    });

  it('finds a host name that does not exist', async () => {
    const settings = { overrideDiscoveryUrl: 'https://unit.invalid/sd/v7/' };
    const checks = await diagnose({ credentials: cloud.credentials, settings });
    // Without any network it is the DNS server that is missing.
    expect(failuresIn(checks)[0]).to.be.oneOf(['name name-not-found', 'name name-temporary']);
  });

  it('finds a port at which nobody listens', async () => {
    const settings = { overrideDiscoveryUrl: 'https://127.0.0.1:1/sd/v7/' };
    const checks = await diagnose({ credentials: cloud.credentials, settings });
    expect(failuresIn(checks)).to.deep.equal(['tcp connection-refused']);
    expect(checks.find(({ check }) => check === 'tcp')?.message).to.equal(
      'nobody listens at this port: port 1: 127.0.0.1 ECONNREFUSED',
    );
  });

  it('tries the addresses of a host in turn', async () => {
    const { discoveryUrl, credentials } = cloud;
    const probes = { name: () => of(['127.0.0.2', '127.0.0.1']) };
    const checks = await diagnose({ credentials, settings: { overrideDiscoveryUrl: discoveryUrl }, probes });
    expect(checks.find(({ check }) => check === 'tcp')).to.include({ verdict: 'ok' });
    expect(checks.find(({ check }) => check === 'tcp')?.message).to.match(
      /^127\.0\.0\.1 port \d+, after 127\.0\.0\.2 ECONNREFUSED$/,
    );
  });

  it('goes without TLS where that is allowed, and finds HTTP where TLS is spoken', async () => {
    const { port } = new URL(cloud.discoveryUrl);
    const settings = { overrideDiscoveryUrl: `http://127.0.0.1:${port}/sd/v7/` };
    const refused = await diagnose({ credentials: cloud.credentials, settings });
    expect(failuresIn(refused)).to.deep.equal(['discoveryUrls insecure-url']);
    const checks = await diagnose({ credentials: cloud.credentials, settings: { ...settings, allowInsecure: true } });
    expect(checks.find(({ check }) => check === 'tls')).to.include({ verdict: 'skipped' });
    expect(failuresIn(checks)[0]).to.be.oneOf(['discovery closed-without-answer', 'discovery not-http']);
  });

  it('asks for an IPv6 address without its brackets, and for the port of the scheme', async () => {
    const asked: unknown[] = [];
    const probes = {
      name: (host: string) => {
        asked.push(host);
        return of([host]);
      },
      tcp: (address: string, port: number) => {
        asked.push(address, port);
        return failing('ECONNREFUSED')();
      },
    };
    const settings = { overrideDiscoveryUrl: 'https://[2001:db8::1]/sd/v7/' };
    await diagnose({ credentials: cloud.credentials, settings, probes });
    expect(asked).to.deep.equal(['2001:db8::1', '2001:db8::1', 443]);
  });

  describe('in the TLS handshake', () => {
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
      [
        'a server that hangs up',
        'tls-closed',
        () => startRawServer((socket) => socket.once('data', () => socket.end())),
      ],
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
});
