import { expect } from 'chai';
import { NEVER, of, throwError } from 'rxjs';
import { startCloud, type Cloud } from '../../../lib/testing/cloud/start-cloud.js';
import { nodeProbes } from '../../../lib/transport/probes/probes.js';
import { diagnose, failuresIn } from '../../support/diagnose.js';

const failing = (code: string) => () => throwError(() => Object.assign(new Error(`it failed: ${code}`), { code }));

describe('unitlink doctor, on the way to a host,', () => {
  let cloud: Cloud;
  before(async () => {
    cloud = await startCloud();
  });
  after(async () => {
    await cloud.stop();
  });

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
});
