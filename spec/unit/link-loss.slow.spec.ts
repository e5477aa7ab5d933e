import { expect } from 'chai';
import { AckTimeoutError, DeadLinkError } from '../../lib/errors.js';
import { aos } from '../../lib/operators/backoff.js';
import type { UnitOptions } from '../../lib/unit/options.js';
import type { ReceivedEvent } from '../../lib/testing/cloud/events.js';
import type { CloudOptions } from '../../lib/testing/cloud/options.js';
import { startCloud, type Cloud } from '../../lib/testing/cloud/start-cloud.js';
import type { Unit } from '../../lib/unit/unit.js';
import { connectTo, recorded, untilEvent, untilState } from '../support/unit-on-cloud.js';
import { until } from '../support/until.js';
import { unitData } from '../support/wire-examples.js';

const alerts = { messageType: 'alerts', items: [] } as const;

describe('a unit that loses its links', () => {
  const started: AsyncDisposable[] = [];

  const start = async (
    cloudOptions: CloudOptions,
    options: Partial<UnitOptions>,
  ): Promise<{ cloud: Cloud; unit: Unit }> => {
    const cloud = await startCloud(cloudOptions);
    const unit = connectTo(cloud, options);
    started.push(unit, cloud);
    return { cloud, unit };
  };
  const messagesAt = (cloud: Cloud) => {
    const events = recorded(cloud.event$);
    return () => events.filter((event): event is ReceivedEvent & { at: number } => event.kind === 'message');
  };

  afterEach(async () => {
    for (const one of started.splice(0)) await one[Symbol.asyncDispose]();
  });

  it('loses no message in 200 kills of the link, sends none under a second txn, and keeps the order', async () => {
    const { cloud, unit } = await start({}, { backoff: aos({ initialDelay: 1 }) });
    const received = messagesAt(cloud);
    const kills = ['resetSessions', 'closeSessions', 'dropSessions'] as const;
    const sent = [];
    for (let kill = 0; kill < 200; kill++) {
      await untilState(unit, 'connected');
      const arrived = untilEvent(cloud, 'message');
      for (let n = 0; n < 5; n++) sent.push(unit.send({ ...unitData('newState'), instance: sent.length }));
      await arrived;
      const ended = until(unit.state$, ({ state }) => state !== 'connected');
      cloud[kills[kill % kills.length] ?? 'resetSessions']();
      await ended;
    }
    const reports = await Promise.all(sent.map(({ acknowledged }) => acknowledged));

    const first = received().filter(({ duplicate }) => !duplicate);
    expect(reports.every(({ status }) => status === 'acknowledged')).to.equal(true);
    expect(first.map(({ data }) => data['instance'])).to.deep.equal(sent.map((_, number) => number));
    expect(first.map(({ header }) => header.txn)).to.deep.equal(sent.map(({ txn }) => txn));
    expect(cloud.counts.upgrades).to.be.at.least(200);
  }).timeout(180_000);

  it('gives the app no message twice that the cloud sends again on the next link', async () => {
    const { cloud, unit } = await start({}, {});
    const messages = recorded(unit.message$);
    const acks = recorded(cloud.ack$);
    for (let link = 0; link < 5; link++) {
      await untilState(unit, 'connected');
      await unit.send(alerts).acknowledged;
      const acked = until(cloud.ack$);
      cloud.send({ messageType: 'desiredStatus' }, { txn: 'the same' });
      await acked;
      const ended = untilState(unit, 'waiting');
      cloud.resetSessions();
      await ended;
    }
    expect(messages).to.have.length(1);
    expect(acks).to.deep.equal(Array(5).fill('the same'));
  });

  it('transmits what is never acked four times, with the same bytes, then drops it', async () => {
    const { cloud, unit } = await start({ acks: false }, { ackTimeout: 40 });
    const received = messagesAt(cloud);
    await untilState(unit, 'connected');
    const delivery = unit.send(alerts);
    const other = until(cloud.event$, ({ kind }) => kind === 'message');
    const pinging = setInterval(() => {
      cloud.ping();
    }, 10);
    const error = await delivery.acknowledged
      .catch((cause: unknown) => cause)
      .finally(() => {
        clearInterval(pinging);
      });
    await other;
    expect(error).to.be.an.instanceof(AckTimeoutError).and.include({ attempt: 4 });
    expect(received().map(({ header, duplicate }) => [header.txn, duplicate])).to.deep.equal([
      [delivery.txn, false],
      [delivery.txn, true],
      [delivery.txn, true],
      [delivery.txn, true],
    ]);
    expect(new Set(received().map(({ header, data }) => JSON.stringify([header, data]))).size).to.equal(1);
  });

  it('delivers through lost acks and nacks without a second copy at the cloud', async () => {
    const { cloud, unit } = await start({}, { ackTimeout: 50 });
    await unit.send(alerts).acknowledged;
    cloud.dropAcks(2);
    cloud.nack({ retryAfter: 10, times: 2 });
    const delivery = unit.send(alerts);
    const pinging = setInterval(() => {
      cloud.ping();
    }, 10);
    const report = await delivery.acknowledged.finally(() => {
      clearInterval(pinging);
    });
    expect(report).to.include({ status: 'acknowledged', attempt: 5 });
  });

  it('replaces a link that took a message and fell silent, although writes are outstanding', async () => {
    const { cloud, unit } = await start({ pingInterval: 0 }, { ackTimeout: 500, pongTimeout: 500 });
    await unit.send(alerts).acknowledged;
    cloud.silence();
    const log = { ...unitData('pushLog'), content: 'x'.repeat(1024 * 1024) };
    const sent = Array.from({ length: 20 }, () => unit.send(log));
    const waiting = await untilState(unit, 'waiting');
    expect(waiting).to.include({ attempt: 1, delay: 0 });
    expect(waiting.cause).to.be.an.instanceof(DeadLinkError);
    const reports = await Promise.all(sent.map(({ acknowledged }) => acknowledged));
    expect(reports.every(({ status }) => status === 'acknowledged')).to.equal(true);
    expect(cloud.counts).to.include({ upgrades: 2, discoveries: 1 });
  });

  it('replaces a link whose pings have ceased, with nothing to send', async () => {
    const { cloud, unit } = await start({ pingInterval: 300 }, { pongTimeout: 50, stableAfter: 1 });
    let pings = 0;
    await until(cloud.event$, ({ kind }) => kind === 'pong' && ++pings === 2);
    cloud.silence();
    const { cause } = await untilState(unit, 'waiting');
    expect(cause).to.be.an.instanceof(DeadLinkError);
    await untilEvent(cloud, 'opened');
  });

  it('keeps a link that is quiet and answers its ping', async () => {
    const { cloud, unit } = await start({ acks: false, pingInterval: 0 }, { ackTimeout: 30, pongTimeout: 5000 });
    await untilState(unit, 'connected');
    const states = recorded(unit.state$);
    const pinged = untilEvent(cloud, 'ping');
    const failed = unit.send(alerts).acknowledged.catch((cause: unknown) => cause);
    await pinged;
    expect(await failed).to.be.an.instanceof(AckTimeoutError);
    expect(states.map(({ state }) => state)).to.deep.equal(['connected']);
  });

  it('sees a write that nobody takes as the end of the link', async () => {
    const { cloud, unit } = await start({ pingInterval: 0 }, { sendTimeout: 150 });
    await unit.send(alerts).acknowledged;
    cloud.silence();
    const log = { ...unitData('pushLog'), content: 'x'.repeat(1024 * 1024) };
    for (let n = 0; n < 20; n++) unit.send(log, { policy: 'sendOnly' });
    expect(await untilState(unit, 'waiting'))
      .to.have.property('cause')
      .that.includes({ code: 'ESENDTIMEOUT' });
    await untilEvent(cloud, 'opened');
  });
});
