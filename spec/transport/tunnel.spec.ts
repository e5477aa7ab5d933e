import { expect } from 'chai';
import { lastValueFrom } from 'rxjs';
import { createAuthority } from '../../lib/testing/cloud/authority.js';
import { startCloud, type Cloud } from '../../lib/testing/cloud/start-cloud.js';
import { nodeTransport, type NodeTransportOptions } from '../../lib/transport/node-transport.js';
import { startConnectProxy, type ConnectProxy } from '../support/connect-proxy.js';

describe('a tunnel through a proxy', () => {
  let cloud: Cloud;

  before(async () => {
    cloud = await startCloud();
  });

  after(async () => {
    await cloud.stop();
  });

  /** The outcome of a discovery through a proxy, which is named in a way that only this lookup knows. */
  const discovered = async (
    { port }: ConnectProxy,
    { proxy = {}, ...options }: Omit<NodeTransportOptions, 'proxy'> & { proxy?: object } = {},
    protocol = 'http',
  ): Promise<unknown> => {
    const url = `${protocol}://proxy.example:${port}`;
    const { discover } = nodeTransport({ ...options, proxy: { url, ...proxy }, lookup });
    const body = JSON.stringify({ version: 7, systemId: 'unit-1', supportedProtocols: ['wss'] });
    return lastValueFrom(discover({ url: cloud.discoveryUrl, body, credentials: cloud.credentials }), {
      defaultValue: '',
    }).then(
      () => 'an answer',
      (error: unknown) => error,
    );
  };
  const lookup: NodeTransportOptions['lookup'] = (_host, { all }, found) => {
    if (all === true) found(null, [{ address: '127.0.0.1', family: 4 }]);
    else found(null, '127.0.0.1', 4);
  };

  it('is dialled as the app says: the name looked up, from a local address', async () => {
    await using proxy = await startConnectProxy();
    expect(await discovered(proxy, { localAddress: '127.0.0.2' })).to.equal('an answer');
    expect(proxy.asked.map(({ from }) => from)).to.deep.equal(['127.0.0.2']);
  });

  it('ends at a cloud whose certificate is made out to the name that the app says', async () => {
    await using proxy = await startConnectProxy();
    expect(await discovered(proxy, { servername: 'localhost' })).to.equal('an answer');
    const error = await discovered(proxy, { servername: 'other.example' });
    expect(error).to.include({ code: 'ERR_TLS_CERT_ALTNAME_INVALID' });
  });

  it('is not made where the app has an agent of its own', async () => {
    const { Agent } = await import('node:https');
    const { ca, cert, key } = cloud.credentials;
    await using proxy = await startConnectProxy();
    expect(await discovered(proxy, { agent: () => new Agent({ ca, cert, key }) })).to.equal('an answer');
    expect(proxy.asked).to.deep.equal([]);
  });

  it('shows the proxy a token, and no error shows it', async () => {
    const isKnown = (value: string | undefined) => value === 'Bearer hush';
    await using proxy = await startConnectProxy({
      answer: (headers) => (isKnown(headers['proxy-authorization']) ? 200 : 407),
    });
    expect(await discovered(proxy, { proxy: { token: 'hush' } })).to.equal('an answer');
    const error = await discovered(proxy, { proxy: { token: 'sesame' } });
    expect(error).to.include({ name: 'ProxyError', code: 407, proxy: `http://proxy.example:${proxy.port}` });
    expect(String(error)).not.to.contain('sesame');
  });

  it('is made by TLS to a proxy that a CA of the app vouches for, and to no other', async () => {
    const authority = await createAuthority('the CA of the proxy');
    const named = await authority.issue({ commonName: 'proxy', server: true, dnsNames: ['proxy.example'] });
    await using proxy = await startConnectProxy({ tls: named });
    const { ca } = authority;
    expect(await discovered(proxy, { proxy: { ca } }, 'https')).to.equal('an answer');
    expect(await discovered(proxy, {}, 'https')).to.include({
      name: 'ProxyError',
      code: 'UNABLE_TO_VERIFY_LEAF_SIGNATURE',
    });
    const other = await authority.issue({ commonName: 'proxy', server: true, dnsNames: ['other.example'] });
    await using stranger = await startConnectProxy({ tls: other });
    expect(await discovered(stranger, { proxy: { ca } }, 'https')).to.include({
      name: 'ProxyError',
      code: 'ERR_TLS_CERT_ALTNAME_INVALID',
    });
    expect(stranger.asked).to.deep.equal([]);
  });
});
