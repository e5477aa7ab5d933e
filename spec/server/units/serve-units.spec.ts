import { expect } from 'chai';
import { once } from 'node:events';
import { request } from 'node:https';
import { WebSocket } from 'ws';
import type { CloudData } from '../../../lib/protocol/messages.js';
import type { DashboardLog } from '../../../lib/server/log.js';
import { memoryLog } from '../../../lib/server/memory-log.js';
import { serveUnits } from '../../../lib/server/units/serve-units.js';
import { signedTokens } from '../../../lib/server/units/tokens.js';
import type { UnitServerOptions } from '../../../lib/server/units/unit-server.js';
import { type Authority, createAuthority, type IssuedCertificate } from '../../../lib/testing/cloud/authority.js';
import { connectUnit } from '../../../lib/unit/connect-unit.js';
import { until, untilAll } from '../../support/until.js';

const alerts = { messageType: 'alerts', items: [] } as const;

const acceptance: CloudData<'stateAcceptance'> = {
  messageType: 'stateAcceptance',
  item: { id: '0b7d1c1e-5a4f-4c53-9d8f-2e0f6c1a9b10' },
  subject: { id: '8a2f4b6e-1c3d-4e5f-8a9b-0c1d2e3f4a5b' },
  ...{ instance: 0, checksum: 'a0b1c2d3', result: 'accepted', reason: '' },
};

interface Discovered {
  readonly errorCode: number;
  readonly authToken: string;
  readonly connectionInfo: readonly string[];
  readonly nextRequestDelay: number | null;
}

describe('serveUnits', () => {
  let authority: Authority;
  let tls: UnitServerOptions['tls'];
  let unit1: IssuedCertificate;

  before(async () => {
    authority = await createAuthority();
    const server = await authority.issue({ commonName: 'server', ipAddresses: ['127.0.0.1'], server: true });
    tls = { cert: server.cert, key: server.key, ca: authority.ca };
    unit1 = await authority.issue({ commonName: 'unit-1' });
  });

  const connect = (discoveryUrl: string, { cert, key }: IssuedCertificate = unit1, systemId = 'unit-1') =>
    connectUnit({ systemId, credentials: { ca: authority.ca, cert, key }, overrideDiscoveryUrl: discoveryUrl });

  const discover = async (
    url: string,
    { cert, key }: Partial<IssuedCertificate> = unit1,
    body: string = JSON.stringify({ version: 7, systemId: 'unit-1', supportedProtocols: ['wss'] }),
  ): Promise<readonly [status: number, answer: Discovered | undefined]> => {
    const asked = request(url, { method: 'POST', ca: authority.ca, cert, key, agent: false });
    asked.end(body);
    const [answer] = (await once(asked, 'response')) as [AsyncIterable<Buffer> & { statusCode: number }];
    const chunks: Buffer[] = [];
    for await (const chunk of answer) chunks.push(chunk);
    const text = Buffer.concat(chunks).toString();
    return [answer.statusCode, text === '' ? undefined : (JSON.parse(text) as Discovered)];
  };

  const upgrade = async (url: string, token: string, { cert, key } = unit1): Promise<number> => {
    const webSocket = new WebSocket(url, {
      ...{ ca: authority.ca, cert, key },
      headers: { authorization: `Bearer ${token}` },
    });
    webSocket.on('error', () => undefined);
    const refused = once(webSocket, 'unexpected-response').then(([, { statusCode }]) => statusCode as number);
    const status = await Promise.race([once(webSocket, 'open').then(() => 101), refused]);
    webSocket.terminate();
    return status;
  };

  it('acknowledges a message once it is in the log, and passes it on', async () => {
    const log = memoryLog();
    await using server = await serveUnits({ tls, log });
    const received = until(server.message$);
    const unit = connect(server.discoveryUrl);
    await unit.send(alerts).acknowledged;
    expect((await log.read('units:units')).recent).to.have.length(1);
    const { systemId, data, done } = await received;
    expect([systemId, data.messageType]).to.deep.equal(['unit-1', 'alerts']);
    done();
    await unit.stop();
  });

  it('asks for a message again while the log fails, and acknowledges none that is not in it', async () => {
    const kept = memoryLog();
    let failures = 2;
    const errors: unknown[] = [];
    const log: DashboardLog = {
      ...kept,
      append: (topic, record) => (failures-- > 0 ? Promise.reject(new Error('OOM')) : kept.append(topic, record)),
    };
    await using server = await serveUnits({ tls, log, retryAfter: 100, onError: (error) => errors.push(error) });
    const unit = connect(server.discoveryUrl);
    await unit.send(alerts).acknowledged;
    expect(errors).to.have.length(2);
    expect((await kept.read('units:units')).recent).to.have.length(1);
    await unit.stop();
  });

  it('hands over after a restart what was not handled, and only that', async () => {
    const log = memoryLog();
    const first = await serveUnits({ tls, log });
    const handled = untilAll(2, first.message$);
    const unit = connect(first.discoveryUrl);
    const txns = [unit.send(alerts), unit.send(alerts)].map(({ txn }) => txn);
    for (const { txn, done } of await handled) if (txn === txns[0]) done();
    await unit.stop();
    await first.stop();
    await using second = await serveUnits({ tls, log });
    expect((await until(second.message$)).txn).to.equal(txns[1]);
  });

  it('keeps a message that comes twice once, and acknowledges it both times', async () => {
    const log = memoryLog();
    await using server = await serveUnits({ tls, log });
    const [, answer] = await discover(server.discoveryUrl);
    const { cert, key } = unit1;
    const webSocket = new WebSocket(server.url, {
      ...{ ca: authority.ca, cert, key },
      headers: { authorization: `Bearer ${answer?.authToken ?? ''}` },
    });
    await once(webSocket, 'open');
    const header = { version: 7, systemId: 'unit-1', createdAt: '2026-01-01T00:00:00.000000Z', txn: 't-1' };
    const frame = Buffer.from(JSON.stringify({ header, data: alerts }));
    const acked: string[] = [];
    const both = new Promise<void>((resolve) => {
      webSocket.on('message', (bytes: Buffer) => {
        acked.push((JSON.parse(bytes.toString()) as { data: { messageType: string } }).data.messageType);
        if (acked.length === 2) resolve();
      });
    });
    webSocket.send(frame);
    webSocket.send(frame);
    await both;
    expect(acked).to.deep.equal(['ack', 'ack']);
    expect((await log.read('units:units')).recent).to.have.length(1);
    webSocket.send(
      Buffer.from(JSON.stringify({ header: { ...header, systemId: 'unit-2', txn: 't-2' }, data: alerts })),
    );
    expect(await once(webSocket, 'close')).to.have.property('0', 1008);
  });

  it('asks units to wait while too much is not handled', async () => {
    await using server = await serveUnits({ tls, maxUnhandled: 400, retryAfter: 100 });
    const unit = connect(server.discoveryUrl);
    const waiting: (() => void)[] = [];
    const reading = server.message$.subscribe(({ done }) => waiting.push(done));
    await unit.send(alerts).acknowledged;
    const [second, third] = [unit.send(alerts), unit.send(alerts)];
    const nacked = await until(third.status$, ({ status }) => status === 'requeued');
    expect(String(nacked.cause)).to.include('Nack');
    for (const done of waiting) done();
    await second.acknowledged;
    for (const done of waiting) done();
    await third.acknowledged;
    reading.unsubscribe();
    await unit.stop();
  });

  it('sends to a unit that is connected, and to one when it connects', async () => {
    await using server = await serveUnits({ tls });
    const early = server.send('unit-1', acceptance);
    const unit = connect(server.discoveryUrl);
    unit.message$.subscribe();
    expect((await early.acknowledged).status).to.equal('acknowledged');
    const units = await until(server.units$, (connected) => connected.size === 1);
    expect(units.get('unit-1')).to.include({ serial: unit1.serial });
    const late = server.send('unit-1', acceptance);
    expect((await late.acknowledged).attempt).to.equal(1);
    await unit.stop();
    await until(server.units$, (connected) => connected.size === 0);
  });

  it('answers discovery as the app decides, and −1 to a unit that says it is another', async () => {
    let decision: object = { errorCode: 2, nextRequestDelay: 5000 };
    await using server = await serveUnits({ tls, discover: () => decision as { errorCode: 2 } });
    expect((await discover(server.discoveryUrl))[1]).to.include({
      errorCode: 2,
      nextRequestDelay: 5000,
      authToken: '',
    });
    decision = { errorCode: 1, connectionInfo: ['https://other.example/sd/v7/'] };
    expect((await discover(server.discoveryUrl))[1]?.connectionInfo).to.deep.equal(['https://other.example/sd/v7/']);
    decision = { errorCode: 0 };
    expect((await discover(server.discoveryUrl))[1]).to.include({ errorCode: 0 });
    const other = JSON.stringify({ version: 7, systemId: 'unit-2', supportedProtocols: ['wss'] });
    expect((await discover(server.discoveryUrl, unit1, other))[1]).to.include({ errorCode: -1, authToken: '' });
    expect((await discover(server.discoveryUrl, unit1, 'x'.repeat(100_000)))[0]).to.equal(400);
  });

  it('refuses a stolen, a forged and an expired token with 401, and takes that of a server with the same secret', async () => {
    const secret = 'secret';
    const belongs = (systemId: string, commonName: string) => systemId === commonName;
    const tokensAt = (now: number, key = secret) => signedTokens({ secret: key, life: 1000, now: () => now, belongs });
    await using server = await serveUnits({ tls, secret });
    const unit2 = await authority.issue({ commonName: 'unit-2' });
    const token = tokensAt(Date.now() + 60_000).issue('unit-1');
    expect(await upgrade(server.url, token)).to.equal(101);
    expect(await upgrade(server.url, token, unit2)).to.equal(401);
    expect(await upgrade(server.url, tokensAt(Date.now() - 2000).issue('unit-1'))).to.equal(401);
    expect(await upgrade(server.url, tokensAt(Date.now(), 'another').issue('unit-1'))).to.equal(401);
    expect(await upgrade(server.url, '')).to.equal(401);
    expect(await upgrade(server.url, 'a.b')).to.equal(401);
  });

  it('closes the session of a unit that sends for another one, or too much, and goes on after what is no message', async () => {
    const counts = new Map<string, number>();
    const count = (name: string, more: number): unknown => counts.set(name, (counts.get(name) ?? 0) + more);
    await using server = await serveUnits({
      tls,
      metrics: { add: count, record: () => undefined, set: () => undefined },
    });
    const token = (await discover(server.discoveryUrl))[1]?.authToken ?? '';
    const open = async (): Promise<WebSocket> => {
      const { cert, key } = unit1;
      const headers = { authorization: `Bearer ${token}` };
      const webSocket = new WebSocket(server.url, { ca: authority.ca, cert, key, headers });
      await once(webSocket, 'open');
      return webSocket;
    };
    const frameOf = (systemId: string): Buffer => {
      const header = {
        version: 7,
        systemId,
        createdAt: '2026-01-01T00:00:00.000000Z',
        txn: '0b7d1c1e-5a4f-4c53-9d8f-2e0f6c1a9b10',
      };
      return Buffer.from(JSON.stringify({ header, data: { messageType: 'alerts', items: [] } }));
    };
    for (const [frame, code] of [
      [frameOf('unit-2'), 1008],
      [Buffer.alloc((4 << 20) + 1), 1009],
    ] as const) {
      const webSocket = await open();
      webSocket.send(frame);
      expect((await once(webSocket, 'close'))[0]).to.equal(code);
    }
    const webSocket = await open();
    webSocket.send(Buffer.from('no message'));
    webSocket.send(frameOf('unit-1'));
    const [answer] = (await once(webSocket, 'message')) as [Buffer];
    expect(JSON.parse(answer.toString())).to.have.nested.property('data.messageType', 'ack');
    webSocket.terminate();
    expect(counts.get('unitlink.server.unreadable.messages')).to.equal(3);
    await discover(server.discoveryUrl, { cert: undefined, key: undefined } as never).catch(() => undefined);
    expect(counts.get('unitlink.server.failed.handshakes')).to.equal(1);
  });

  it('lets in no unit without a certificate, or with one of another authority', async () => {
    await using server = await serveUnits({ tls });
    const stranger = await (await createAuthority()).issue({ commonName: 'unit-1' });
    for (const certificate of [{}, stranger]) {
      const error: unknown = await discover(server.discoveryUrl, {
        cert: undefined,
        key: undefined,
        ...certificate,
      } as never).catch((cause: unknown) => cause);
      expect(error).to.be.instanceOf(Error);
    }
    expect((await discover(server.discoveryUrl))[1]).to.include({ errorCode: 0 });
  });
});
