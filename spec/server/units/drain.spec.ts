import { expect } from 'chai';
import { once } from 'node:events';
import { createServer } from 'node:http';
import { request } from 'node:https';
import type { AddressInfo } from 'node:net';
import { WebSocket } from 'ws';
import type { DashboardLog } from '../../../lib/server/log.js';
import { memoryLog } from '../../../lib/server/memory-log.js';
import { serveUnits } from '../../../lib/server/units/serve-units.js';
import { signedTokens } from '../../../lib/server/units/tokens.js';
import type { UnitServerOptions } from '../../../lib/server/units/unit-server.js';
import { type Authority, createAuthority, type IssuedCertificate } from '../../../lib/testing/cloud/authority.js';
import { connectUnit } from '../../../lib/unit/connect-unit.js';
import { until } from '../../support/until.js';

const alerts = { messageType: 'alerts', items: [] } as const;
const secret = 'secret';

describe('a server of units that drains', () => {
  let authority: Authority;
  let tls: UnitServerOptions['tls'];
  const certificates: IssuedCertificate[] = [];

  before(async () => {
    authority = await createAuthority();
    const server = await authority.issue({ commonName: 'server', ipAddresses: ['127.0.0.1'], server: true });
    tls = { cert: server.cert, key: server.key, ca: authority.ca };
    for (const commonName of ['u-0', 'u-1', 'u-2', 'u-3']) certificates.push(await authority.issue({ commonName }));
  });

  const credentials = (n: number) => {
    const { cert = '', key = '' } = certificates[n] ?? {};
    return { ca: authority.ca, cert, key };
  };
  const connect = (n: number, discoveryUrl: string) => {
    const unit = connectUnit({ systemId: `u-${n}`, credentials: credentials(n), overrideDiscoveryUrl: discoveryUrl });
    unit.state$.subscribe(); // no warning for those that are sent away
    return unit;
  };

  const discover = async (url: string): Promise<unknown> => {
    const asked = request(url, { method: 'POST', ...credentials(0), agent: false });
    asked.end(JSON.stringify({ version: 7, systemId: 'u-0', supportedProtocols: ['wss'] }));
    const [answer] = (await once(asked, 'response')) as [AsyncIterable<Buffer>];
    const chunks: Buffer[] = [];
    for await (const chunk of answer) chunks.push(chunk);
    return JSON.parse(Buffer.concat(chunks).toString());
  };

  const healthOf = async (url: string): Promise<number> => {
    const asked = request(new URL('/healthz', url.replace('wss:', 'https:')), { ...credentials(0), agent: false });
    asked.end();
    const [answer] = (await once(asked, 'response')) as [{ statusCode: number; resume: () => void }];
    answer.resume();
    return answer.statusCode;
  };

  const dial = async (url: string) => {
    const belongs = (systemId: string, commonName: string) => systemId === commonName;
    const token = signedTokens({ secret, life: 60_000, now: Date.now, belongs }).issue('u-0');
    const webSocket = new WebSocket(url, { ...credentials(0), headers: { authorization: `Bearer ${token}` } });
    webSocket.on('error', () => undefined);
    const refused = once(webSocket, 'unexpected-response').then(([, { statusCode }]) => statusCode as number);
    return { webSocket, status: await Promise.race([once(webSocket, 'open').then(() => 101), refused]) };
  };

  it('leads its units to another one, and loses no message on the way', async () => {
    const log = memoryLog();
    await using first = await serveUnits({ tls, secret, log, serverId: 'a' });
    await using second = await serveUnits({ tls, secret, log, serverId: 'b' });
    const units = certificates.map((_, n) => connect(n, first.discoveryUrl));
    await until(first.units$, ({ size }) => size === units.length);
    const sent = units.flatMap((unit) => Array.from({ length: 20 }, () => unit.send(alerts)));
    const drained = first.drain({ over: 200, endpoints: [second.url] });
    expect(await healthOf(first.url)).to.equal(503);
    sent.push(...units.flatMap((unit) => Array.from({ length: 20 }, () => unit.send(alerts))));
    await drained;
    await until(second.units$, ({ size }) => size === units.length);
    await Promise.all(sent.map(({ acknowledged }) => acknowledged));
    const kept = await Promise.all(['units:a', 'units:b'].map((topic) => log.read(topic)));
    const txns = new Set(kept.flatMap(({ recent }) => recent.map(({ value }) => (value as Message).header.txn)));
    expect(sent.filter(({ txn }) => !txns.has(txn))).to.deep.equal([]);
    await Promise.all(units.map((unit) => unit.stop()));
  });

  it('closes the sessions one by one over the time', async () => {
    await using server = await serveUnits({ tls, secret });
    const units = certificates.map((_, n) => connect(n, server.discoveryUrl));
    await until(server.units$, ({ size }) => size === units.length);
    const begun = performance.now();
    const ends: number[] = [];
    const watching = server.units$.subscribe(({ size }) => {
      if (size === units.length - 1 - ends.length) ends.push(performance.now() - begun);
    });
    await server.drain({ over: 400 });
    for (const [index, at] of ends.entries()) expect(at).to.be.at.least(95 * (index + 1));
    expect(ends).to.have.length(4);
    watching.unsubscribe();
    await Promise.all(units.map((unit) => unit.stop()));
  });

  it('answers what it has read before it closes', async () => {
    const kept = memoryLog();
    let write = (): void => undefined;
    const log: DashboardLog = {
      ...kept,
      append: async (topic, record) => {
        await new Promise<void>((resolve) => (write = resolve));
        return kept.append(topic, record);
      },
    };
    await using server = await serveUnits({ tls, secret, log });
    const { webSocket } = await dial(server.url);
    const header = { version: 7, systemId: 'u-0', createdAt: '2026-01-01T00:00:00.000000Z', txn: 't-1' };
    webSocket.send(Buffer.from(JSON.stringify({ header, data: alerts })));
    // A ping is answered after what was read before it.
    webSocket.ping();
    await once(webSocket, 'pong');
    const said: unknown[] = [];
    webSocket.on('message', (bytes: Buffer) => said.push((JSON.parse(bytes.toString()) as Message).data.messageType));
    const closed = once(webSocket, 'close').then(([code]) => said.push(code));
    const drained = server.drain({ over: 0 });
    // The timer of the drain comes first.
    setTimeout(() => {
      write();
    }, 1);
    await Promise.all([drained, closed]);
    expect(said).to.deep.equal(['ack', 1012]);
  });

  it('asks units to come back to discovery later if it knows no other, and refuses upgrades with 503', async () => {
    await using server = await serveUnits({ tls, secret, retryAfter: 700 });
    expect(await healthOf(server.discoveryUrl)).to.equal(200);
    await server.drain();
    expect(await discover(server.discoveryUrl)).to.include({ errorCode: 2, nextRequestDelay: 700, authToken: '' });
    expect((await dial(server.url)).status).to.equal(503);
    expect(await healthOf(server.discoveryUrl)).to.equal(503);
  });

  it('keeps the endpoints that the app answers with', async () => {
    await using one = await serveUnits({ tls, endpoints: ['wss://all.example/ws/v7/'] });
    await one.drain();
    expect(await discover(one.discoveryUrl)).to.deep.include({
      errorCode: 0,
      connectionInfo: ['wss://all.example/ws/v7/'],
    });
    await using other = await serveUnits({ tls, discover: () => ({ errorCode: -1 }) });
    await other.drain({ endpoints: ['wss://b.example/ws/v7/'] });
    expect(await discover(other.discoveryUrl)).to.include({ errorCode: -1 });
  });

  it('says that it drains on a server of the app, which needs no certificate', async () => {
    await using server = await serveUnits({ tls });
    const app = createServer((asked, answer) => {
      if (!server.handle(asked, answer)) answer.end('the app');
    }).listen(0, '127.0.0.1');
    await once(app, 'listening');
    const url = `http://127.0.0.1:${(app.address() as AddressInfo).port}`;
    expect((await fetch(`${url}/healthz`)).status).to.equal(200);
    expect(await (await fetch(url)).text()).to.equal('the app');
    await server.drain();
    expect((await fetch(`${url}/healthz`)).status).to.equal(503);
    app.closeAllConnections();
    app.close();
  });

  it('is done at once when it stops', async () => {
    const server = await serveUnits({ tls, secret });
    const { webSocket } = await dial(server.url);
    const drained = server.drain({ over: 60_000 });
    await Promise.all([drained, server.stop(), once(webSocket, 'close')]);
  });
});

interface Message {
  readonly header: { readonly txn: string };
  readonly data: { readonly messageType: string };
}
