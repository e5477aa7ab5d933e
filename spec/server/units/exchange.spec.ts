import { expect } from 'chai';
import { once } from 'node:events';
import { WebSocket } from 'ws';
import type { CloudData } from '../../../lib/protocol/messages.js';
import type { DashboardLog } from '../../../lib/server/log.js';
import { memoryLog } from '../../../lib/server/memory-log.js';
import { serveUnits } from '../../../lib/server/units/serve-units.js';
import { signedTokens } from '../../../lib/server/units/tokens.js';
import type { UnitServerOptions } from '../../../lib/server/units/unit-server.js';
import { type Authority, createAuthority, type IssuedCertificate } from '../../../lib/testing/cloud/authority.js';
import { connectUnit } from '../../../lib/unit/connect-unit.js';
import { until } from '../../support/until.js';

const secret = 'secret';
const acceptance: CloudData<'stateAcceptance'> = {
  messageType: 'stateAcceptance',
  item: { id: '0b7d1c1e-5a4f-4c53-9d8f-2e0f6c1a9b10' },
  subject: { id: '8a2f4b6e-1c3d-4e5f-8a9b-0c1d2e3f4a5b' },
  ...{ instance: 0, checksum: 'a0b1c2d3', result: 'accepted', reason: '' },
};

describe('servers of units that share a log', () => {
  let authority: Authority;
  let tls: UnitServerOptions['tls'];
  let certificate: IssuedCertificate;

  before(async () => {
    authority = await createAuthority();
    const server = await authority.issue({ commonName: 'server', ipAddresses: ['127.0.0.1'], server: true });
    tls = { cert: server.cert, key: server.key, ca: authority.ca };
    certificate = await authority.issue({ commonName: 'unit-1' });
  });

  const serve = (log: DashboardLog, serverId: string, more: Partial<UnitServerOptions> = {}) =>
    serveUnits({ tls, secret, log, serverId, ...more });
  const connect = (discoveryUrl: string) => {
    const { cert, key } = certificate;
    const credentials = { ca: authority.ca, cert, key };
    const unit = connectUnit({ systemId: 'unit-1', credentials, overrideDiscoveryUrl: discoveryUrl });
    unit.state$.subscribe();
    return unit;
  };
  /** A unit that does nothing by itself. */
  const dial = async (url: string): Promise<WebSocket> => {
    const belongs = (systemId: string, commonName: string) => systemId === commonName;
    const token = signedTokens({ secret, life: 60_000, now: Date.now, belongs }).issue('unit-1');
    const { cert, key } = certificate;
    const webSocket = new WebSocket(url, {
      ...{ ca: authority.ca, cert, key },
      headers: { authorization: `Bearer ${token}` },
    });
    webSocket.on('error', () => undefined);
    await once(webSocket, 'open');
    return webSocket;
  };

  it('send to a unit wherever it is connected: before, and when it comes', async () => {
    const log = memoryLog();
    await using a = await serve(log, 'a');
    await using b = await serve(log, 'b');
    const early = a.send('unit-1', acceptance);
    const unit = connect(b.discoveryUrl);
    const come: string[] = [];
    const reading = unit.message$.subscribe(({ data }) => come.push(data.messageType));
    expect((await early.acknowledged).status).to.equal('acknowledged');
    const late = a.send('unit-1', acceptance);
    expect(await late.acknowledged).to.include({ status: 'acknowledged', attempt: 1 });
    expect(come).to.deep.equal(['stateAcceptance', 'stateAcceptance']);
    reading.unsubscribe();
    await unit.stop();
  });

  it('send again what a unit did not acknowledge before it went to another server', async () => {
    const log = memoryLog();
    await using a = await serve(log, 'a');
    await using b = await serve(log, 'b');
    await using c = await serve(log, 'c');
    const silent = await dial(b.url);
    const delivery = a.send('unit-1', acceptance);
    const [first] = (await once(silent, 'message')) as [Buffer];
    silent.terminate();
    const next = await dial(c.url);
    const [second] = (await once(next, 'message')) as [Buffer];
    expect(JSON.parse(second.toString())).to.have.nested.property('header.txn', delivery.txn);
    expect(JSON.parse(first.toString())).to.have.nested.property('header.txn', delivery.txn);
    const header = { version: 7, systemId: 'unit-1', createdAt: '2026-01-01T00:00:00.000000Z', txn: delivery.txn };
    next.send(Buffer.from(JSON.stringify({ header, data: { messageType: 'ack' } })));
    expect((await delivery.acknowledged).status).to.equal('acknowledged');
    next.terminate();
  });

  it('end the session of a unit that has a newer one on another server, and send to that', async () => {
    const log = memoryLog();
    await using a = await serve(log, 'a');
    await using b = await serve(log, 'b');
    const older = await dial(a.url);
    await until(a.units$, ({ size }) => size === 1);
    const ended = once(older, 'close');
    const newer = await dial(b.url);
    expect((await ended)[0]).to.equal(1008);
    void a.send('unit-1', acceptance);
    await once(newer, 'message');
    newer.terminate();
  });

  it('drop what a unit never acknowledges after the same retries', async () => {
    const log = memoryLog();
    await using a = await serve(log, 'a', { ackTimeout: 50, maxRetries: 1 });
    await using b = await serve(log, 'b', { pingInterval: 20 });
    const silent = await dial(b.url);
    const { acknowledged } = a.send('unit-1', acceptance);
    expect(await acknowledged.catch((error: unknown) => error)).to.be.instanceOf(Error);
    silent.terminate();
  });

  it('go on when the log failed to take what they said', async () => {
    const kept = memoryLog();
    let failures = 1;
    const failing: DashboardLog = {
      ...kept,
      append: (topic, record) =>
        topic === 'units:exchange' && failures-- > 0 ? Promise.reject(new Error('OOM')) : kept.append(topic, record),
    };
    const errors: unknown[] = [];
    await using a = await serve(kept, 'a');
    await using b = await serve(failing, 'b', { onError: (error) => errors.push(error) });
    const delivery = a.send('unit-1', acceptance);
    const unit = connect(b.discoveryUrl);
    unit.message$.subscribe();
    expect((await delivery.acknowledged).status).to.equal('acknowledged');
    expect(errors.map(String)).to.deep.equal(['Error: OOM']);
    await unit.stop();
  });

  it('ask for a unit, and answer, again where the log failed to take it', async () => {
    const inner = memoryLog();
    const refused = new Set<unknown>(['where', 'has']);
    const append: DashboardLog['append'] = (topic, record) =>
      refused.delete((record.value as { readonly kind?: string }).kind)
        ? Promise.reject(new Error('the log is full'))
        : inner.append(topic, record);
    const log: DashboardLog = { ...inner, append };
    await using a = await serve(log, 'a');
    await using b = await serve(log, 'b');
    const unit = await dial(b.url);
    await until(b.units$, ({ size }) => size === 1);
    void a.send('unit-1', acceptance);
    await once(unit, 'message');
    expect(refused).to.deep.equal(new Set());
    unit.terminate();
  });

  it('hold no more than 1 MiB and a message on the way to a unit elsewhere, and go on when the log takes it', async () => {
    const kept = memoryLog();
    const held: (() => void)[] = [];
    let bytes = 0;
    const slow: DashboardLog = {
      ...kept,
      append: async (topic, record) => {
        const { frame = '' } = record.value as { readonly frame?: string };
        bytes += frame.length;
        if (frame !== '') await new Promise<void>((resolve) => held.push(resolve));
        return kept.append(topic, record);
      },
    };
    await using a = await serve(slow, 'a', { maxQueued: 8 << 20 });
    await using b = await serve(kept, 'b');
    const unit = await dial(b.url);
    unit.on('message', (bytes: Buffer) => {
      const { header } = JSON.parse(bytes.toString()) as { readonly header: object };
      unit.send(Buffer.from(JSON.stringify({ header, data: { messageType: 'ack' } })));
    });
    const large = { ...acceptance, reason: 'x'.repeat(300_000) };
    const first = a.send('unit-1', acceptance);
    while (held.length === 0) await new Promise((resolve) => setImmediate(resolve));
    held.shift()?.();
    await first.acknowledged;
    bytes = 0;
    const deliveries = Array.from({ length: 20 }, () => a.send('unit-1', large));
    const acknowledged = Promise.all(deliveries.map((delivery) => delivery.acknowledged));
    const all = { done: false };
    void acknowledged.then(() => (all.done = true));
    let most = 0;
    while (!all.done) {
      await new Promise((resolve) => setImmediate(resolve));
      most = Math.max(most, held.length * 300_000);
      held.shift()?.();
    }
    expect(most).to.be.within(1 << 20, (1 << 20) + 300_000);
    expect(bytes).to.be.within(20 * 300_000, 21 * 300_000);
    unit.terminate();
  });
});
