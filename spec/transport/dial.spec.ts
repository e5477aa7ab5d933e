import dns from 'node:dns';
import { once } from 'node:events';
import { createServer, type AddressInfo, type Server, Socket } from 'node:net';
import { expect } from 'chai';
import { fake, replace, restore, spy } from 'sinon';
import { ConnectError, DiscoveryError } from '../../lib/errors.js';
import { FailedLast } from '../../lib/collections/failed-last.js';
import { dial } from '../../lib/transport/dial.js';
import { discover } from '../../lib/transport/discover.js';
import { openSocket } from '../../lib/transport/open-socket.js';
import { startTlsServer } from '../support/tls-server.js';
import { until } from '../support/until.js';

/** Every name has these addresses. */
const resolveTo = (...addresses: readonly string[]) => {
  const found = addresses.map((address) => ({ address, family: address.includes(':') ? 6 : 4 }));
  const lookup = (_: string, __: unknown, callback: (error: null, found: unknown) => void) => {
    process.nextTick(callback, null, found);
  };
  replace(dns, 'lookup', lookup as unknown as typeof dns.lookup);
};

const servers: Server[] = [];

/** A server that takes every connection and cuts it. */
const listening = async (host: string, port = 0): Promise<{ readonly port: number }> => {
  const server = createServer((socket) => socket.on('error', () => undefined).destroy()).listen(port, host);
  servers.push(server);
  await once(server, 'listening');
  return { port: (server.address() as AddressInfo).port };
};

const failureOf = async (asked: Promise<unknown>): Promise<unknown> =>
  asked.then(() => expect.fail('it worked')).catch((error: unknown) => error);

describe('dial', () => {
  afterEach(() => {
    restore();
    for (const server of servers.splice(0)) server.close();
  });

  it('gives each address a quarter of the deadline, for discovery and for the WebSocket', async () => {
    await using server = await startTlsServer();
    const connect = spy(Socket.prototype, 'connect');
    const { port } = new URL(server.origin);
    const { credentials } = server;
    resolveTo('127.0.0.1');
    const connectTimeout = 8000;

    const answer$ = discover({ url: `https://cloud.test:${port}/`, body: '', credentials }, { connectTimeout });
    answer$.subscribe().unsubscribe();
    openSocket({ url: `wss://cloud.test:${port}/`, token: '', credentials }, { connectTimeout })
      .subscribe()
      .unsubscribe();
    await failureOf(until(openSocket({ url: `wss://cloud.test:${port}/`, token: '', credentials })));
    const timeouts = connect.args.map(([given]: readonly unknown[]) => {
      const settings: unknown = Array.isArray(given) ? given[0] : given;
      return (settings as { autoSelectFamilyAttemptTimeout: number }).autoSelectFamilyAttemptTimeout;
    });
    expect(timeouts).to.deep.equal([2000, 2000, 7500]);
  });

  it('says of each address why it failed, where all of them did', async () => {
    await using server = await startTlsServer();
    resolveTo('127.0.0.2', '127.0.0.3');
    const { credentials } = server;
    const both = /connect ECONNREFUSED 127\.0\.0\.2:1; connect ECONNREFUSED 127\.0\.0\.3:1$/;

    const asked = discover({ url: 'https://cloud.test:1/sd/', body: '', credentials });
    const discovery = await failureOf(until(asked));
    expect(discovery).to.be.an.instanceOf(DiscoveryError).with.property('message').that.matches(both);
    expect(discovery).to.have.property('code', 'ECONNREFUSED');

    const socket = await failureOf(until(openSocket({ url: 'wss://cloud.test:1/', token: '', credentials })));
    expect(socket).to.be.an.instanceOf(ConnectError).with.property('message').that.matches(both);
    expect(socket).to.have.property('code', 'ECONNREFUSED');
  });

  it('begins with another address after one that took the connection and failed', async () => {
    const bad = await listening('127.0.0.2');
    await listening('127.0.0.3', bad.port);
    resolveTo('127.0.0.2', '127.0.0.3');
    const addresses = new FailedLast();
    const connected: (string | undefined)[] = [];
    for (const judge of ['failed', 'worked', 'worked', 'failed', 'failed'] as const) {
      const connection = dial(undefined, { addresses });
      const socket = connection.createConnection({ host: 'cloud.test', port: bad.port });
      await once(socket, 'connect');
      connected.push(socket.remoteAddress);
      connection[judge]();
      connection.failed(); // as its end says, which is no news after it has served
      socket.destroy();
    }
    expect(connected).to.deep.equal(['127.0.0.2', '127.0.0.3', '127.0.0.3', '127.0.0.3', '127.0.0.2']);
  });

  it('begins with the address that answered, after one that did not', async () => {
    const good = await listening('127.0.0.3');
    resolveTo('127.0.0.2', '127.0.0.3');
    const addresses = new FailedLast();
    const order = fake();
    for (let n = 0; n < 2; n++) {
      const socket = dial(undefined, { addresses }).createConnection({ host: 'cloud.test', port: good.port });
      await once(socket, 'connect');
      order(socket.autoSelectFamilyAttemptedAddresses);
      socket.destroy();
    }
    const at = (host: string) => `${host}:${good.port}`;
    expect(order.args.flat()).to.deep.equal([[at('127.0.0.2'), at('127.0.0.3')], [at('127.0.0.3')]]);
  });

  it('goes on to the next address of a name within the attempts of a transport', async () => {
    await using server = await startTlsServer((_, response) => response.end('answer'));
    const port = Number(new URL(server.origin).port);
    await listening('127.0.0.2', port);
    resolveTo('127.0.0.2', '127.0.0.1');
    const addresses = new FailedLast();
    // The certificate is made out to an address, so the name in the URL is not the matter of this test.
    const url = `https://cloud.test:${port}/`;
    const ask = () => until(discover({ url, body: '', credentials: server.credentials }, { addresses }));
    expect(await failureOf(ask())).to.have.property('code', 'ECONNRESET');
    expect(await failureOf(ask())).to.have.property('code', 'ERR_TLS_CERT_ALTNAME_INVALID');
  });
});
