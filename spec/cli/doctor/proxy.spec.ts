import { expect } from 'chai';
import { createAuthority } from '../../../lib/testing/cloud/authority.js';
import { startCloud, type Cloud } from '../../../lib/testing/cloud/start-cloud.js';
import { nodeProbesWithin } from '../../../lib/transport/probes/probes.js';
import type { ProxyOptions } from '../../../lib/transport/proxy.js';
import { startConnectProxy } from '../../support/connect-proxy.js';
import { diagnose, failuresIn } from '../../support/diagnose.js';

describe('unitlink doctor, behind a proxy,', () => {
  let cloud: Cloud;
  before(async () => {
    cloud = await startCloud();
  });
  after(async () => {
    await cloud.stop();
  });

  const examined = (proxy: ProxyOptions, connectTimeout = 10_000) =>
    diagnose({
      credentials: cloud.credentials,
      settings: { overrideDiscoveryUrl: cloud.discoveryUrl, connectTimeout },
      probes: nodeProbesWithin(connectTimeout, proxy),
    });

  it('examines the tunnel in place of name, TCP and TLS, and then all that is behind it', async () => {
    await using proxy = await startConnectProxy();
    const checks = await examined({ url: `http://joe:hush@127.0.0.1:${proxy.port}`, token: undefined });
    const ofHost = checks.filter(({ check }) => ['proxy', 'name', 'tcp', 'tls'].includes(check));
    expect(ofHost.slice(0, 4).map(({ check, verdict }) => `${check} ${verdict}`)).to.deep.equal([
      'proxy ok',
      'name skipped',
      'tcp skipped',
      'tls skipped',
    ]);
    expect(failuresIn(checks)).to.deep.equal([]);
    expect(checks.some(({ check, verdict }) => check === 'upgrade' && verdict === 'ok')).to.equal(true);
    expect(JSON.stringify(checks)).not.to.match(/joe|hush/);
  });

  for (const [status, finding] of [
    [401, 'proxy-credentials'],
    [407, 'proxy-credentials'],
    [403, 'proxy-forbidden'],
    [405, 'proxy-forbidden'],
    [500, 'proxy-host-unreachable'],
    [502, 'proxy-host-unreachable'],
    [503, 'proxy-host-unreachable'],
    [504, 'proxy-host-unreachable'],
    [418, 'proxy-failed'],
  ] as const)
    it(`takes ${status} of the proxy for ${finding}, and asks nothing behind it`, async () => {
      await using proxy = await startConnectProxy({ answer: () => status });
      const checks = await examined({ url: `http://127.0.0.1:${proxy.port}` });
      expect(failuresIn(checks)).to.deep.equal([`proxy ${finding}`]);
      expect(checks.find(({ check }) => check === 'proxy')).to.include({ code: status });
    });

  it('takes a port where nothing listens for proxy-unreachable', async () => {
    const { port, ...proxy } = await startConnectProxy();
    await proxy[Symbol.asyncDispose]();
    expect(failuresIn(await examined({ url: `http://127.0.0.1:${port}` }))).to.deep.equal(['proxy proxy-unreachable']);
  });

  it('takes a proxy that does not answer for proxy-unreachable, after the deadline', async () => {
    await using proxy = await startConnectProxy({ answer: () => undefined });
    const checks = await examined({ url: `http://127.0.0.1:${proxy.port}` }, 50);
    expect(failuresIn(checks)).to.deep.equal(['proxy proxy-unreachable']);
  });

  it('takes a proxy whose certificate nobody vouches for, or is of another name, for proxy-untrusted', async () => {
    const authority = await createAuthority('the CA of the proxy');
    const tls = await authority.issue({ commonName: 'proxy', server: true, dnsNames: ['other.example'] });
    await using proxy = await startConnectProxy({ tls });
    const url = `https://127.0.0.1:${proxy.port}`;
    expect(failuresIn(await examined({ url }))).to.deep.equal(['proxy proxy-untrusted']);
    expect(failuresIn(await examined({ url, ca: authority.ca }))).to.deep.equal(['proxy proxy-untrusted']);
  });
});
