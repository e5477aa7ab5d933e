import { inspect } from 'node:util';
import { expect } from 'chai';
import {
  AllEndpointsFailedError,
  ConnectError,
  ConnectionClosedError,
  ConnectionLostError,
  ConnectTimeoutError,
  DiscoveryError,
  DiscoveryRefusedError,
  UnauthorizedError,
} from '../../lib/errors.js';
import type { UnitOptions } from '../../lib/unit/options.js';
import { startCloud, type Cloud } from '../../lib/testing/cloud/start-cloud.js';
import type { Unit } from '../../lib/unit/unit.js';
import { connectTo, recorded, untilEvent, untilState } from '../support/unit-on-cloud.js';
import { until } from '../support/until.js';

const alerts = { messageType: 'alerts', items: [] } as const;

describe('a unit on real sockets', () => {
  let cloud: Cloud;
  const units: Unit[] = [];

  const connect = (options: Partial<UnitOptions> = {}): Unit => {
    const unit = connectTo(cloud, options);
    units.push(unit);
    return unit;
  };
  const connected = async (options?: Partial<UnitOptions>): Promise<Unit> => {
    const unit = connect(options);
    await unit.send(alerts).acknowledged;
    return unit;
  };

  const causeOf = async (unit: Unit): Promise<unknown> => (await untilState(unit, 'waiting')).cause;

  beforeEach(async () => {
    cloud = await startCloud();
  });

  afterEach(async () => {
    await Promise.all(units.splice(0).map((unit) => unit.stop()));
    await cloud.stop();
  });

  it('connects, sends, receives and stops', async () => {
    const unit = await connected();
    const message = until(unit.message$);
    const txn = await cloud.sendAndWait({ messageType: 'desiredStatus' });
    expect((await message).header.txn).to.equal(txn);
    const closed = untilEvent(cloud, 'closed');
    expect(await unit.stop()).to.deep.equal({ undelivered: [] });
    expect(await closed).to.include({ code: 1000 });
  });

  describe('where the network cannot be reached', () => {
    it('tries again by the backoff until it can, and delivers what waits', async () => {
      await cloud.outage();
      const unit = connect();
      const delivery = unit.send(alerts);
      expect(await causeOf(unit))
        .to.be.an.instanceof(DiscoveryError)
        .and.include({ code: 'ECONNREFUSED' });
      await cloud.restore();
      expect(await delivery.acknowledged).to.include({ status: 'acknowledged', attempt: 1 });
    });

    it('delivers what was sent in the outage, in order', async () => {
      const unit = await connected();
      const received = recorded(cloud.message$);
      const lost = untilState(unit, 'waiting');
      await cloud.outage();
      await lost;
      const sent = Array.from({ length: 50 }, () => unit.send(alerts));
      await cloud.restore();
      await Promise.all(sent.map(({ acknowledged }) => acknowledged));
      expect(received.map(({ header }) => header.txn)).to.deep.equal(sent.map(({ txn }) => txn));
    });
  });

  describe('where a name is not known', () => {
    it('tries again by the backoff', async () => {
      const unit = connect({ overrideDiscoveryUrl: 'https://nowhere.invalid/sd/v7/' });
      const cause = await causeOf(unit);
      expect(cause).to.be.an.instanceof(DiscoveryError);
      expect((cause as DiscoveryError).code).to.be.oneOf(['ENOTFOUND', 'EAI_AGAIN']);
      expect(await untilState(unit, 'discovering')).to.be.an('object');
    });

    it('goes on to the next endpoint', async () => {
      cloud.answerDiscovery({ errorCode: 0, connectionInfo: ['wss://nowhere.invalid/', cloud.url] });
      const unit = await connected();
      expect(await untilState(unit, 'connected')).to.include({ url: cloud.url });
      expect(cloud.counts).to.include({ discoveries: 1, upgrades: 1 });
    });
  });

  describe('where an upgrade is refused', () => {
    it('with 401, asks discovery again at once and connects with the new token', async () => {
      const unit = await connected();
      cloud.expireToken();
      const states = recorded(unit.state$);
      cloud.resetSessions();
      await unit.send(alerts).acknowledged;
      const [first, ...others] = states.slice(1).map(({ state }) => state);
      expect([first, ...others]).to.deep.equal(['waiting', 'connecting', 'discovering', 'connecting', 'connected']);
      expect(cloud.counts).to.include({ discoveries: 2, refused: 1, upgrades: 2 });
    });

    it('with 401 twice, leaves the second to the backoff', async () => {
      cloud.refuseUpgrades({ times: 2 });
      const unit = connect();
      expect(await causeOf(unit)).to.be.an.instanceof(UnauthorizedError);
      expect(cloud.counts).to.include({ discoveries: 2, refused: 2 });
      await untilState(unit, 'connected');
      expect(cloud.counts).to.include({ discoveries: 3, upgrades: 1 });
    });

    it('with 503, keeps to the Retry-After', async () => {
      cloud.refuseUpgrades({ status: 503, headers: { 'Retry-After': '1' } });
      const unit = connect();
      const waiting = await untilState(unit, 'waiting');
      expect(waiting).to.include({ delay: 1000 });
      expect(waiting.cause).to.be.an.instanceof(ConnectError).and.include({ code: 503 });
    });
  });

  it('reconnects at once after a close frame, without asking discovery again', async () => {
    const unit = await connected();
    cloud.closeSessions(1001, 'restart');
    const waiting = await untilState(unit, 'waiting');
    expect(waiting).to.include({ attempt: 1, delay: 0 });
    expect(waiting.cause).to.be.an.instanceof(ConnectionClosedError).and.include({ code: 1001, reason: 'restart' });
    await untilState(unit, 'connected');
    expect(cloud.counts).to.include({ discoveries: 1, upgrades: 2 });
  });

  for (const code of [1008, 1012, 1013])
    it(`waits by the backoff after a close frame with ${code}`, async () => {
      const unit = await connected();
      cloud.closeSessions(code, 'not now');
      const waiting = await untilState(unit, 'waiting');
      expect(waiting).to.include({ attempt: 2, delay: 5 });
      expect(waiting.cause).to.be.an.instanceof(ConnectionClosedError).and.include({ code, reason: 'not now' });
    });

  for (const [title, breakLink, code] of [
    ['a reset', 'resetSessions', 'ECONNRESET'],
    ['an end without close frame', 'dropSessions', 1006],
  ] as const) {
    it(`begins a new cycle after ${title}`, async () => {
      const unit = await connected();
      cloud[breakLink]();
      const waiting = await untilState(unit, 'waiting');
      expect(waiting).to.include({ attempt: 1, delay: 0 });
      expect(waiting.cause).to.be.an.instanceof(ConnectionLostError).and.include({ code });
      await untilState(unit, 'connected');
    });
  }

  it('stays in the same cycle with a cloud that accepts and closes', async () => {
    cloud.acceptThenClose(3);
    const unit = connect();
    const states = recorded(unit.state$);
    await until(
      unit.state$,
      ({ state }) => state === 'connected' && states.filter((s) => s.state === state).length > 3,
    );
    const seen = states.flatMap((state) => (state.state === 'waiting' ? [[state.attempt, state.delay]] : []));
    expect(seen).to.deep.equal([
      [2, 5],
      [3, 10],
      [4, 20],
    ]);
  });

  it('passes over dead endpoints within one attempt', async () => {
    cloud.withDeadEndpoints(5);
    const unit = connect();
    const states = recorded(unit.state$);
    await untilState(unit, 'connected');
    expect(states.map(({ state }) => state)).to.deep.equal([
      'discovering',
      ...Array<string>(6).fill('connecting'),
      'connected',
    ]);
  });

  it('says of each endpoint why it could not be opened', async () => {
    const dead = ['wss://127.0.0.1:1/a/', 'wss://127.0.0.1:1/b/'];
    cloud.answerDiscovery({ errorCode: 0, connectionInfo: dead });
    const cause = await causeOf(connect());
    expect(cause).to.be.an.instanceof(AllEndpointsFailedError);
    expect((cause as AllEndpointsFailedError).errors).to.have.length(2);
  });

  it('gives up a handshake that is dripping in, at the connect deadline', async () => {
    cloud.dripUpgrade(1, 20);
    const unit = connect({ connectTimeout: 300 });
    expect(await causeOf(unit))
      .to.be.an.instanceof(ConnectTimeoutError)
      .and.include({ timeout: 300 });
    await untilState(unit, 'connected');
  });

  it('follows five redirects of discovery and refuses the sixth', async () => {
    cloud.redirectDiscovery({ hops: 5 });
    await connected();
    expect(cloud.counts).to.include({ discoveries: 6 });
    cloud.redirectDiscovery({ hops: 6 });
    expect(String(await causeOf(connect()))).to.contain('more than 5 redirects');
  });

  it('waits as long as a repeat-later answer says, and connects then', async () => {
    cloud.answerDiscovery({ errorCode: 2, nextRequestDelay: 40, connectionInfo: [] });
    const unit = connect();
    const waiting = await untilState(unit, 'waiting');
    expect(waiting).to.include({ delay: 40 });
    expect(waiting.cause).to.be.an.instanceof(DiscoveryRefusedError);
    await untilState(unit, 'connected');
  });

  it('tries again where discovery answers nonsense', async () => {
    cloud.failDiscovery({ status: 200, body: '{"authToken":"secret"' });
    cloud.failDiscovery({ status: 200, body: 'x'.repeat(1024 * 1024 + 1) });
    const unit = connect();
    const states = recorded(unit.state$);
    await untilState(unit, 'connected');
    const causes = states.flatMap((state) => (state.state === 'waiting' ? [String(state.cause)] : []));
    expect(causes).to.have.length(2);
    expect(causes[0]).to.contain('not JSON').and.not.contain('secret');
    expect(causes[1]).to.contain('a body of more than');
  });

  it('gives token and key away in no state, no error, no report and no inspection', async () => {
    const { token } = cloud;
    const { key } = cloud.credentials;
    cloud.refuseUpgrades({ times: 2 });
    cloud.refuseUpgrades({ status: 500 });
    const unit = connect();
    const seen: unknown[] = [recorded(unit.state$), recorded(unit.failure$), recorded(unit.rejected$)];
    const delivery = unit.send(alerts);
    await delivery.acknowledged;
    cloud.resetSessions();
    await untilState(unit, 'waiting');
    await untilState(unit, 'connected');
    const undelivered = await unit.stop();
    const text = inspect([seen, unit, delivery, undelivered], { depth: 20, showHidden: true, maxStringLength: null });
    expect(text).to.contain('waiting');
    expect(text).not.to.contain(token);
    expect(text).not.to.contain(key.split('\n')[1]);
  });

  it('stops in the middle of a handshake that hangs, and of a wait of ten minutes', async () => {
    cloud.dripUpgrade(1, 1000);
    const hanging = connect();
    await untilState(hanging, 'connecting');
    expect(await hanging.stop()).to.deep.equal({ undelivered: [] });
    cloud.answerDiscovery({ errorCode: 2, nextRequestDelay: 600_000 });
    const waiting = connect();
    await untilState(waiting, 'waiting');
    expect(await waiting.stop()).to.deep.equal({ undelivered: [] });
    expect((await until(waiting.state$)).state).to.equal('stopped');
  });
});
