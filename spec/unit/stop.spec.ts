import { expect } from 'chai';
import { EMPTY, filter, map, Observable, of, ReplaySubject, take, throwError } from 'rxjs';
import { fake } from 'sinon';
import { DiscoveryError, StoppedError } from '../../lib/errors.js';
import { aos } from '../../lib/operators/backoff.js';
import type { UnitOptions } from '../../lib/unit/options.js';
import type { DeliveryReport } from '../../lib/delivery/outgoing-message.js';
import type { UnitData } from '../../lib/protocol/envelope.js';
import { ack, acknowledge, type Received, type VirtualCloud } from '../../lib/testing/virtual/cloud.js';
import { virtualTransport } from '../../lib/testing/virtual/transport.js';
import type { Unit } from '../../lib/unit/unit.js';
import { connectUnit } from '../../lib/unit/connect-unit.js';
import { until } from '../support/until.js';

const alerts: UnitData = { messageType: 'alerts', items: [] };
const silent: VirtualCloud = { answer: () => EMPTY };

describe('stop of a unit', () => {
  const units: Unit[] = [];
  const connect = (cloud: VirtualCloud = {}, options: Partial<UnitOptions> = {}) => {
    const received: string[] = [];
    const onReceived = ({ header }: Received) => void received.push(header.txn);
    const transport = virtualTransport(cloud, { systemId: 'unit-1', onReceived });
    const unit = connectUnit({
      systemId: 'unit-1',
      credentials: { ca: '', cert: '', key: '' },
      transport,
      ...options,
    });
    units.push(unit);
    return { unit, received };
  };
  const state = (unit: Unit, wanted: string) => until(unit.state$, (current) => current.state === wanted);
  const last = ({ status$ }: { status$: ReturnType<Unit['send']>['status$'] }) =>
    until<DeliveryReport>(status$, ({ status }) => status === 'dropped' || status === 'acknowledged');

  it('waits until nothing is left of the sockets', async () => {
    const idle$ = new ReplaySubject<boolean>(1);
    const transport = { ...virtualTransport({}, { systemId: 'unit-1', onReceived: () => undefined }), idle$ };
    const { unit } = connect({}, { transport });
    await state(unit, 'connected');
    let isStopped = false;
    const stopped = unit.stop().then(() => (isStopped = true));
    await new Promise((resolve) => setTimeout(resolve));
    expect(isStopped).to.equal(false);
    expect(idle$.observed).to.equal(true);
    idle$.next(true);
    await stopped;
  });

  afterEach(async () => {
    await Promise.all(units.splice(0).map((unit) => unit.stop()));
  });

  it('tells what was not delivered, in the order of sending, and drops it', async () => {
    const { unit } = connect(silent);
    const sent = [unit.send(alerts), unit.send(alerts)];
    await state(unit, 'connected');
    sent.push(unit.send(alerts));
    const { undelivered } = await unit.stop();
    expect(undelivered).to.deep.equal(sent);
    for (const delivery of sent)
      expect(await last(delivery)).to.deep.include({ status: 'dropped', cause: new StoppedError() });
  });

  it('rejects acknowledged with a StoppedError', async () => {
    const { unit } = connect(silent);
    const failed = unit.send(alerts).acknowledged.catch((error: unknown) => error);
    await unit.stop();
    expect(await failed).to.be.an.instanceof(StoppedError);
  });

  it('waits with drain until all is delivered', async () => {
    const { unit } = connect({ answer: acknowledge(20) });
    const sent = Array.from({ length: 300 }, () => unit.send(alerts));
    expect(await unit.stop({ drain: true })).to.deep.equal({ undelivered: [] });
    for (const delivery of sent) expect((await delivery.acknowledged).status).to.equal('acknowledged');
  });

  it('waits with drain until what expects no ack is written', async () => {
    const { unit } = connect(silent);
    const delivery = unit.send(alerts, { policy: 'sendOnly' });
    expect(await unit.stop({ drain: true })).to.deep.equal({ undelivered: [] });
    expect(await delivery.acknowledged).to.include({ status: 'sent', attempt: 1 });
  });

  it('waits with drain no longer than its timeout', async () => {
    const { unit } = connect({
      answer: (message$) =>
        message$.pipe(
          take(1),
          map(({ header }) => ack(header.txn)),
        ),
    });
    await unit.send(alerts).acknowledged;
    const second = unit.send(alerts);
    const { undelivered } = await unit.stop({ drain: true, timeout: 30 });
    expect(undelivered).to.deep.equal([second]);
  });

  it('waits with drain through a reconnect', async () => {
    let links = 0;
    const { unit } = connect(
      {
        link$: new Observable((subscriber) => {
          subscriber.next('open');
          if (++links === 1) subscriber.error('lost');
        }),
        answer: acknowledge(10),
      },
      { backoff: aos({ initialDelay: 1 }) },
    );
    unit.send(alerts);
    expect(await unit.stop({ drain: true })).to.deep.equal({ undelivered: [] });
    expect(links).to.equal(2);
  });

  it('waits for nothing with drain where nothing is undelivered', async () => {
    const { unit } = connect(silent);
    await state(unit, 'connected');
    expect(await unit.stop({ drain: true, timeout: 60_000 })).to.deep.equal({ undelivered: [] });
  });

  it('takes no further message while it drains', async () => {
    const { unit } = connect({ answer: acknowledge(20) });
    unit.send(alerts);
    const stopped = unit.stop({ drain: true });
    expect(() => unit.send(alerts)).to.throw(StoppedError);
    expect(await stopped).to.deep.equal({ undelivered: [] });
  });

  it('is the same stop when called again before it has ended', async () => {
    const { unit } = connect(silent);
    const delivery = unit.send(alerts);
    const [one, two] = await Promise.all([unit.stop(), unit.stop({ drain: true })]);
    expect(one).to.equal(two);
    expect(one.undelivered).to.deep.equal([delivery]);
  });

  it('has nothing to do the second time', async () => {
    const { unit } = connect(silent);
    unit.send(alerts);
    await unit.stop();
    expect(await unit.stop({ drain: true })).to.deep.equal({ undelivered: [] });
  });

  it('interrupts the wait of the backoff', async () => {
    const busy = { errorCode: 2, nextRequestDelay: 600_000 };
    const { unit } = connect({ discovery$: of(busy) });
    await until(unit.state$, (current) => current.state === 'waiting' && current.delay === 600_000);
    expect(await unit.stop()).to.deep.equal({ undelivered: [] });
    expect((await until(unit.state$)).state).to.equal('stopped');
  });

  it('in the turn that made the unit lets it never connect', async () => {
    const discover = fake.returns(EMPTY);
    const transport = { ...virtualTransport({}, { systemId: 'unit-1', onReceived: () => undefined }), discover };
    const { unit } = connect({}, { transport });
    const delivery = unit.send(alerts);
    expect((await unit.stop()).undelivered).to.deep.equal([delivery]);
    await new Promise(setImmediate);
    expect(discover.callCount).to.equal(0);
  });

  it('waits with drain for nothing where the unit was never started', async () => {
    const { unit } = connect({}, { autoStart: false });
    const delivery = unit.send(alerts);
    expect((await unit.stop({ drain: true, timeout: 60_000 })).undelivered).to.deep.equal([delivery]);
  });

  it('can be followed by start, which connects again and sends nothing of before', async () => {
    let answers = false;
    const { unit, received } = connect({
      answer: (message$) =>
        message$.pipe(
          filter(() => answers),
          map(({ header }) => ack(header.txn)),
        ),
    });
    const before = unit.send(alerts);
    await until(before.status$, ({ status }) => status === 'sent');
    await unit.stop();
    answers = true;
    received.length = 0;
    unit.start();
    const { acknowledged, txn } = unit.send(alerts);
    expect((await acknowledged).status).to.equal('acknowledged');
    expect(received).to.deep.equal([txn]);
  });

  it('is what await using ends with', async () => {
    const seen: string[] = [];
    {
      await using unit = connect().unit;
      unit.addListener({ onConnect: () => seen.push('on'), onDisconnect: () => seen.push('off') });
      await state(unit, 'connected');
    }
    expect(seen).to.deep.equal(['on', 'off']);
  });

  it('says in state$ that discovery fails until it is called', async () => {
    const { unit } = connect({ discovery$: throwError(() => new Error('down')) });
    const waiting = await state(unit, 'waiting');
    expect(waiting).to.have.property('cause').that.is.an.instanceof(DiscoveryError);
  });
});
