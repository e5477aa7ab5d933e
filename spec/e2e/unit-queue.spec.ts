import { createClient } from '@redis/client';
import { expect } from 'chai';
import { ReplaySubject } from 'rxjs';
import type { CloudData } from '../../lib/protocol/messages.js';
import type { DashboardLog } from '../../lib/server/log.js';
import { redisLog, type RedisLogOptions } from '../../lib/server/redis-log.js';
import { type Inbox, type InboxOptions, openInbox, type UnitMessage } from '../../lib/server/units/inbox.js';
import { serveUnits } from '../../lib/server/units/serve-units.js';
import type { UnitServer } from '../../lib/server/units/unit-server.js';
import { createAuthority } from '../../lib/testing/cloud/authority.js';
import { connectUnit } from '../../lib/unit/connect-unit.js';
import { type RedisServer, startRedis } from '../support/redis-server.js';
import { untilAll } from '../support/until.js';

const again = { retryAfter: 100 };

/** A process that handles messages of units. */
interface Handler {
  readonly inbox: Inbox;
  readonly log: DashboardLog;
  /** Each message that came. */
  readonly come$: ReplaySubject<UnitMessage>;
  readonly errors: unknown[];
}

describe('the messages of units in Redis', () => {
  let redis: RedisServer;
  const ends: (() => Promise<unknown>)[] = [];

  const open = async (options: RedisLogOptions & Partial<InboxOptions> = {}, takes = true): Promise<Handler> => {
    const log = redisLog(redis.url, { claimAfter: 650, ...options });
    const errors: unknown[] = [];
    const inbox = await openInbox({
      ...{ log, serverId: 'units', maxUnhandled: 1 << 20, retryAfter: 100, now: Date.now, ...options },
      failed: (error) => errors.push(error),
    });
    const come$ = new ReplaySubject<UnitMessage>(Infinity);
    if (takes) inbox.message$.subscribe(come$);
    ends.push(async () => {
      await inbox.close();
      await log.close();
    });
    return { inbox, log, come$, errors };
  };

  const message = (n: number) => ({
    header: { version: 7, systemId: 'u-1', createdAt: '2026-01-01T00:00:00.000000Z', txn: `t-${n}` } as const,
    data: { messageType: 'alerts', items: [] },
  });
  const keepAll = ({ inbox }: Handler, count: number, from = 0): Promise<unknown[]> =>
    Promise.all(Array.from({ length: count }, (_, n) => inbox.keep(message(from + n))));

  const command = async (...words: string[]): Promise<unknown> => {
    const client = createClient({ url: redis.url });
    await client.connect();
    const reply: unknown = await client.sendCommand(words);
    client.destroy();
    return reply;
  };
  const left = () => command('XLEN', '{unitlink}:queue:units');
  const isEmpty = async (): Promise<void> => {
    while ((await left()) !== 0) await new Promise((resolve) => setImmediate(resolve));
  };

  beforeEach(async () => {
    redis = await startRedis();
  });

  afterEach(async () => {
    for (const end of ends.splice(0).reverse()) await end();
    await redis[Symbol.asyncDispose]();
  });

  it('are each handled by one process, whichever kept them, and removed then', async () => {
    const [a, b] = [await open(), await open()];
    const seen: string[] = [];
    const all = new Promise<void>((resolve) => {
      for (const { come$ } of [a, b])
        come$.subscribe(({ txn, done }) => {
          seen.push(txn);
          done();
          if (seen.length === 400) resolve();
        });
    });
    expect(new Set([...(await keepAll(a, 200)), ...(await keepAll(b, 200, 200))])).to.deep.equal(new Set(['safe']));
    await all;
    expect(new Set(seen).size).to.equal(400);
    await isEmpty();
    expect(seen).to.have.length(400);
    expect(await command('GET', '{unitlink}:bytes:units')).to.equal('0');
  });

  it('are handled by another process if that which had them is gone', async () => {
    const a = await open();
    await keepAll(a, 20);
    await untilAll(20, a.come$);
    const b = await open();
    await a.log.close(); // as in a crash: nothing is said
    const taken = await untilAll(20, b.come$);
    expect(new Set(taken.map(({ txn }) => txn)).size).to.equal(20);
    for (const { done } of taken) done();
    await isEmpty();
  });

  it('stay with a process that lives, however long it takes, and go on at once if it is closed', async () => {
    const a = await open();
    await keepAll(a, 5);
    await untilAll(5, a.come$);
    const b = await open();
    const begun = performance.now();
    // Another message each tenth of a second, for three times as long as a process that is gone has.
    for (let n = 100; performance.now() - begun < 1800; n++) {
      await b.inbox.keep(message(n));
      await new Promise((resolve) => setTimeout(resolve, 100));
    }
    const early: string[] = [];
    b.come$.subscribe(({ txn }) => early.push(txn)).unsubscribe();
    expect(early.filter((txn) => txn.length === 3)).to.deep.equal([]);
    await a.inbox.close();
    await untilAll(5, b.come$, ({ txn }) => txn.length === 3);
  });

  it('come to a process again that subscribes again', async () => {
    const a = await open({}, false);
    await keepAll(a, 3);
    for (let round = 0; round < 2; round++) {
      const come$ = new ReplaySubject<UnitMessage>(Infinity);
      const reading = a.inbox.message$.subscribe(come$);
      expect((await untilAll(3, come$)).map(({ txn }) => txn)).to.deep.equal(['t-0', 't-1', 't-2']);
      reading.unsubscribe();
    }
  });

  it('are nacked, never acknowledged, while Redis answers nothing, and kept once when it does again', async () => {
    const a = await open();
    await a.inbox.keep(message(0));
    redis.suspend(true);
    expect(await a.inbox.keep(message(1))).to.deep.equal(again);
    expect(await a.inbox.keep(message(1))).to.deep.equal(again);
    redis.suspend(false);
    await untilAll(2, a.come$);
    expect(await a.inbox.keep(message(1))).to.equal('safe');
    expect(await left()).to.equal(2);
  });

  it('are nacked while Redis is gone, and kept when it is back', async () => {
    const a = await open();
    await a.inbox.keep(message(0));
    const stopped = redis.stop();
    expect(await a.inbox.keep(message(1))).to.deep.equal(again);
    await stopped;
    await redis.restart();
    // As a unit does that gets a nack.
    while ((await a.inbox.keep(message(1))) !== 'safe') await new Promise((resolve) => setTimeout(resolve, 100));
    await untilAll(1, a.come$, ({ txn }) => txn === 't-1');
    expect(await left()).to.equal(1);
  });

  it('are nacked while Redis has no memory, or is a replica, and kept afterwards', async () => {
    const a = await open();
    await command('CONFIG', 'SET', 'maxmemory', '1');
    expect(await a.inbox.keep(message(1))).to.deep.equal(again);
    expect(String(a.errors.at(-1))).to.include('OOM');
    await command('CONFIG', 'SET', 'maxmemory', '0');
    expect(await a.inbox.keep(message(1))).to.equal('safe');
    await command('REPLICAOF', '127.0.0.1', '1');
    expect(await a.inbox.keep(message(2))).to.deep.equal(again);
    expect(String(a.errors.at(-1))).to.include('READONLY');
    await command('REPLICAOF', 'NO', 'ONE');
    expect(await a.inbox.keep(message(2))).to.equal('safe');
  });

  it('go on after Redis was flushed, and pass over an entry that cannot be read', async () => {
    const a = await open();
    await keepAll(a, 2);
    await untilAll(2, a.come$);
    await command('FLUSHALL');
    await a.inbox.keep(message(7));
    await untilAll(1, a.come$, ({ txn }) => txn === 't-7');
    await command('XADD', '{unitlink}:queue:units', '*', 'message', '{');
    await a.inbox.keep(message(8));
    await untilAll(1, a.come$, ({ txn }) => txn === 't-8');
    expect(a.errors.map(String).join()).to.include('cannot be read');
  });

  it('are kept once, to whichever process they come again, also when they were handled', async () => {
    const [a, b] = [await open({ maxUnhandled: 400 }), await open({ maxUnhandled: 400 }, false)];
    expect(await a.inbox.keep(message(1))).to.equal('safe');
    expect(await b.inbox.keep(message(1))).to.equal('safe');
    expect(await left()).to.equal(1);
    // Acknowledged, since it is there, though nothing else would be taken.
    expect(await a.inbox.keep(message(2))).to.equal('safe');
    expect(await b.inbox.keep(message(3))).to.deep.equal(again);
    expect(await b.inbox.keep(message(2))).to.equal('safe');
    for (const { done } of await untilAll(2, a.come$)) done();
    await isEmpty();
    expect(await b.inbox.keep(message(2))).to.equal('safe');
    expect(await left()).to.equal(0);
  });

  it('are kept again if Redis has lost them, though the process has not', async () => {
    const a = await open({}, false);
    await keepAll(a, 2);
    await command('FLUSHALL');
    await keepAll(a, 2);
    expect(await left()).to.equal(2);
  });

  it('are told apart by unit and txn, and remembered as many as asked for', async () => {
    const a = await open({ remembered: 3 }, false);
    const other = { ...message(1), header: { ...message(1).header, systemId: 'u-2' } };
    await keepAll(a, 2);
    await a.inbox.keep(other);
    expect(await left()).to.equal(3);
    await keepAll(a, 2);
    await a.inbox.keep({ ...other, header: { ...other.header, txn: 'x'.repeat(1000) } });
    await a.inbox.keep({ ...other, header: { ...other.header, txn: 'x'.repeat(1000) } });
    expect(await left()).to.equal(4);
    expect(await command('SCARD', '{unitlink}:names-before:units')).to.equal(3);
  });

  it('are nacked while too much is not handled, by all processes together', async () => {
    const [a, b] = [await open({ maxUnhandled: 400 }, false), await open({ maxUnhandled: 400 })];
    expect(await a.inbox.keep(message(1))).to.equal('safe');
    expect(await b.inbox.keep(message(2))).to.equal('safe');
    expect(await a.inbox.keep(message(3))).to.deep.equal(again);
    for (const { done } of await untilAll(2, b.come$)) done();
    await isEmpty();
    expect(await a.inbox.keep(message(3))).to.equal('safe');
  });

  it('come back the other way: what one process sends reaches a unit that is connected to another', async () => {
    const authority = await createAuthority();
    const certificate = await authority.issue({ commonName: 'server', ipAddresses: ['127.0.0.1'], server: true });
    const { cert, key } = await authority.issue({ commonName: 'u-1' });
    const newServer = async (serverId: string): Promise<UnitServer> => {
      const log = redisLog(redis.url);
      const tls = { cert: certificate.cert, key: certificate.key, ca: authority.ca };
      const server = await serveUnits({ tls, log, serverId, secret: 'secret' });
      ends.push(async () => {
        await server.stop();
        await log.close();
      });
      return server;
    };
    const [a, b] = [await newServer('a'), await newServer('b')];
    const acceptance: CloudData<'stateAcceptance'> = {
      messageType: 'stateAcceptance',
      item: { id: '0b7d1c1e-5a4f-4c53-9d8f-2e0f6c1a9b10' },
      subject: { id: '8a2f4b6e-1c3d-4e5f-8a9b-0c1d2e3f4a5b' },
      ...{ instance: 0, checksum: 'a0b1c2d3', result: 'accepted', reason: '' },
    };
    const early = a.send('u-1', acceptance);
    const unit = connectUnit({
      systemId: 'u-1',
      credentials: { ca: authority.ca, cert, key },
      overrideDiscoveryUrl: b.discoveryUrl,
    });
    unit.message$.subscribe();
    expect((await early.acknowledged).status).to.equal('acknowledged');
    expect((await a.send('u-1', acceptance).acknowledged).status).to.equal('acknowledged');
    const received = untilAll(1, a.message$);
    await unit.send({ messageType: 'alerts', items: [] }).acknowledged;
    expect((await received)[0]?.systemId).to.equal('u-1');
    await unit.stop();
  });
});
