import { once } from 'node:events';
import { Agent, createServer, type IncomingHttpHeaders, type Server } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import { expect } from 'chai';
import { firstValueFrom } from 'rxjs';
import { nodeTransport, type NodeTransportOptions } from '../../lib/transport/node-transport.js';
import { ownUserAgent } from '../../lib/transport/version.js';
import { credentials } from '../support/stub-transport.js';

describe('the requests of nodeTransport', () => {
  let server: Server;
  let port: number;
  const seen: { headers: IncomingHttpHeaders; from: string | undefined }[] = [];
  const note = (headers: IncomingHttpHeaders, { remoteAddress: from }: Socket) => seen.push({ headers, from });

  beforeEach(async () => {
    seen.length = 0;
    server = createServer((request, response) => {
      note(request.headers, request.socket);
      response.end('{}');
    });
    server.on('upgrade', (request, socket) => {
      note(request.headers, request.socket);
      socket.end('HTTP/1.1 503 Service Unavailable\r\n\r\n');
    });
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    ({ port } = server.address() as AddressInfo);
  });

  afterEach(() => {
    server.close();
  });

  const both = async (options: NodeTransportOptions, host = '127.0.0.1') => {
    const transport = nodeTransport(options);
    const discovered$ = transport.discover({ url: `http://${host}:${port}/sd`, body: '{}', credentials });
    await firstValueFrom(discovered$, { defaultValue: '' });
    const socket$ = transport.openSocket({ url: `ws://${host}:${port}/ws`, token: 'hush', credentials });
    await firstValueFrom(socket$, { defaultValue: undefined }).catch(() => undefined);
    expect(seen).to.have.lengthOf(2);
    return seen;
  };

  it('name this package, or what the app says', async () => {
    for (const { headers } of await both({})) expect(headers['user-agent']).to.equal(ownUserAgent);
    seen.length = 0;
    for (const { headers } of await both({ userAgent: 'my-unit/2' }))
      expect(headers['user-agent']).to.equal('my-unit/2');
  });

  it('have the headers of the app, but for those of the protocol', async () => {
    const headers = { 'X-Site': 'berlin', Authorization: 'Basic x', 'Content-Type': 'text/plain' };
    const [discovery, upgrade] = await both({ headers, subprotocol: 'unit.v7' });
    expect(discovery?.headers).to.include({ 'x-site': 'berlin', 'content-type': 'application/json' });
    expect(upgrade?.headers).to.include({ 'x-site': 'berlin', authorization: 'Bearer hush' });
    expect(upgrade?.headers).to.include({ 'sec-websocket-protocol': 'unit.v7' });
  });

  it('have a header once, in whatever case the app writes it', async () => {
    const headers = { 'user-agent': 'my-unit/2', 'CONTENT-TYPE': 'text/plain', authorization: 'Basic x' };
    const [discovery, upgrade] = await both({ headers });
    expect(discovery?.headers).to.include({ 'user-agent': 'my-unit/2', 'content-type': 'application/json' });
    expect(upgrade?.headers).to.include({ 'user-agent': 'my-unit/2', authorization: 'Bearer hush' });
  });

  it('look names up as the app does, and come from the address it names', async () => {
    const asked: string[] = [];
    const lookup: NodeTransportOptions['lookup'] = (host, { all }, found) => {
      asked.push(host);
      if (all === true) found(null, [{ address: '127.0.0.1', family: 4 }]);
      else found(null, '127.0.0.1', 4);
    };
    const requests = await both({ lookup, localAddress: '127.0.0.2' }, 'cloud.example');
    expect(asked).to.deep.equal(['cloud.example', 'cloud.example']);
    expect(requests.map(({ from }) => from)).to.deep.equal(['127.0.0.2', '127.0.0.2']);
  });

  it('are made by the agent of the app', async () => {
    let made = 0;
    const agent = () => {
      made++;
      return new Agent();
    };
    await both({ agent });
    expect(made).to.equal(2);
  });
});
