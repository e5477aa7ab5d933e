import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import { connect, type AddressInfo } from 'node:net';
import { expect } from 'chai';
import { lastValueFrom } from 'rxjs';
import { startCloud, type Cloud } from '../../lib/testing/cloud/start-cloud.js';
import { nodeTransport, type NodeTransportOptions } from '../../lib/transport/node-transport.js';

describe('a tunnel through a proxy', () => {
  let cloud: Cloud;
  let proxy: Server;
  const from: (string | undefined)[] = [];

  before(async () => {
    cloud = await startCloud();
    proxy = createServer().on('connect', ({ url = '', socket: { remoteAddress } }, client) => {
      from.push(remoteAddress);
      const server = connect(Number(url.split(':')[1]), '127.0.0.1', () => {
        client.write('HTTP/1.1 200 OK\r\n\r\n');
        server.pipe(client).pipe(server);
      });
      for (const socket of [client, server]) socket.on('error', () => undefined);
    });
    proxy.listen(0, '127.0.0.1');
    await once(proxy, 'listening');
  });

  beforeEach(() => {
    from.length = 0;
  });

  after(async () => {
    proxy.close();
    await cloud.stop();
  });

  const discovered = async (options: NodeTransportOptions): Promise<unknown> => {
    const { port } = proxy.address() as AddressInfo;
    const { discover } = nodeTransport({ ...options, proxy: `http://proxy.example:${port}`, lookup });
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
    expect(await discovered({ localAddress: '127.0.0.2' })).to.equal('an answer');
    expect(from).to.deep.equal(['127.0.0.2']);
  });

  it('ends at a cloud whose certificate is made out to the name that the app says', async () => {
    expect(await discovered({ servername: 'localhost' })).to.equal('an answer');
    expect(await discovered({ servername: 'other.example' })).to.include({ code: 'ERR_TLS_CERT_ALTNAME_INVALID' });
  });

  it('is not made where the app has an agent of its own', async () => {
    const { Agent } = await import('node:https');
    const { ca, cert, key } = cloud.credentials;
    expect(await discovered({ agent: () => new Agent({ ca, cert, key }) })).to.equal('an answer');
    expect(from).to.deep.equal([]);
  });
});
