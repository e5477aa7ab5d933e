import { expect } from 'chai';
import { asyncScheduler, concat, EMPTY, map, mergeMap, NEVER, of, timer, type Observable } from 'rxjs';
import { ConnectError, ConnectionClosedError, ConnectionLostError, DeadLinkError } from '../../lib/errors.js';
import { instruments } from '../../lib/observability/instruments.js';
import { memoryMetrics } from '../../lib/observability/memory-metrics.js';
import type { MetricsSink } from '../../lib/observability/metrics-sink.js';
import type { UnitData } from '../../lib/protocol/envelope.js';
import { memoryStore } from '../../lib/store/memory-store.js';
import { ack, acknowledge, cloudMessage, nack, type CloudFrame } from '../../lib/testing/virtual/cloud.js';
import { virtualUnit } from '../../lib/testing/virtual/unit.js';
import { connectUnit } from '../../lib/unit/connect-unit.js';
import { marbles } from '../support/marbles.js';
import { series } from '../support/series.js';
import { answer, credentials, discoveryUrl, inTurn, stubSocket } from '../support/stub-transport.js';
import { recorded, untilState } from '../support/unit-on-cloud.js';
import { cloudData } from '../support/wire-examples.js';

const url = 'wss://cloud.example/ws/v7/';
const alerts: UnitData = { messageType: 'alerts', items: [] };
const at = (time: number, act: () => void) => asyncScheduler.schedule(act, time);
const unitStatus: UnitData = { messageType: 'unitStatus', isDeltaInfo: false };
const ofMessages = ['sent', 'acked', 'retried', 'dropped', 'queue.size', 'inflight'];
const only = (all: Record<string, unknown>, ...prefixes: readonly string[]) =>
  Object.fromEntries(Object.entries(all).filter(([name]) => prefixes.some((prefix) => name.startsWith(prefix))));

describe('what is measured of connections', () => {
  marbles('is each end and each way back, by cause', ({ cold, flush }) => {
    const metrics = memoryMetrics();
    const link$ = inTurn(
      cold('2s o 8s #'), // lost after 8,001 ms; attempt 1 comes at once
      cold('3s #', {}, new ConnectError(url, 'refused', { code: 'ECONNREFUSED' })), // attempt 2 comes 1 s later
      cold('1s o 8s #', {}, new ConnectionClosedError(url, 1012, '')), // the next attempt comes 1 s later
      cold('o 8s #', {}, new ConnectionClosedError(url, 4242, '')), // and so does the one after this
      cold('1s o 8s #', {}, new DeadLinkError(url, 'silent')),
      cold('1s o 8s #', {}, new ConnectionLostError(url, 'ESENDTIMEOUT')),
      cold('o'),
    );
    virtualUnit(asyncScheduler, { link$ }, { metrics, lifetime: 60_000 });
    flush();

    expect(
      only(series(metrics.snapshot()), 'connect', 'reconnects', 'heartbeat', 'recovery', 'disconnected'),
    ).to.deep.equal({
      'connect.attempts{outcome=success}': 6,
      'connect.attempts{outcome=failure,error.type=ECONNREFUSED}': 1,
      'connection.count{state=connecting}': 0,
      'connection.count{state=live}': 0,
      'connection.count{state=reconnecting}': 0,
      'connection.closures{code=1006,clean=false,initiator=network}': 1,
      'connection.closures{code=1012,clean=true,initiator=server}': 1,
      'connection.closures{code=other,clean=true,initiator=server}': 1,
      'connection.closures{code=1006,clean=false,initiator=client}': 2,
      'connection.closures{code=1000,clean=true,initiator=client}': 1,
      'connection.duration': [6, 60 - 11],
      'heartbeat.timeouts': 1,
      'reconnects{cause=lost}': 2,
      'reconnects{cause=closed}': 2,
      'reconnects{cause=dead}': 1,
      'recovery.duration{cause=lost}': [2, 5],
      'recovery.duration{cause=closed}': [2, 3],
      'recovery.duration{cause=dead}': [1, 1],
      'disconnected.time': 11,
    });
  });

  marbles('is where each connection stands now', ({ cold, flush }) => {
    const metrics = memoryMetrics();
    const link$ = inTurn(cold('2s o 3s #'), cold('2s o'));
    virtualUnit(asyncScheduler, { link$ }, { metrics, lifetime: 20_000, maxQueued: 7 });
    const stands: unknown[] = [];
    for (const time of [1000, 3000, 5500, 10_000, 21_000])
      at(time, () => stands.push(only(series(metrics.snapshot()), 'connection.count', 'queue.capacity')));
    flush();

    const connecting = 'connection.count{state=connecting}';
    const live = 'connection.count{state=live}';
    const reconnecting = 'connection.count{state=reconnecting}';
    const capacity = 'queue.capacity';
    expect(stands).to.deep.equal([
      { [connecting]: 1, [capacity]: 7 },
      { [connecting]: 0, [live]: 1, [capacity]: 7 },
      { [connecting]: 0, [live]: 0, [reconnecting]: 1, [capacity]: 7 },
      { [connecting]: 0, [live]: 1, [reconnecting]: 0, [capacity]: 7 },
      { [connecting]: 0, [live]: 0, [reconnecting]: 0, [capacity]: 0 },
    ]);
  });

  marbles('tells an end that came too early by what ended it', ({ cold, flush }) => {
    const metrics = memoryMetrics();
    const link$ = inTurn(cold('o 9ms |'), cold('o'));
    virtualUnit(asyncScheduler, { link$ }, { metrics });
    flush();

    expect(only(series(metrics.snapshot()), 'reconnects', 'connection.closures')).to.deep.equal({
      'reconnects{cause=closed}': 1,
      'connection.closures{code=1000,clean=true,initiator=server}': 1,
      'connection.closures{code=1000,clean=true,initiator=client}': 1,
    });
  });

  marbles('tells a change of credentials from a loss', ({ cold, flush }) => {
    const metrics = memoryMetrics();
    const certificate = { ca: '', cert: '', key: '' };
    const credentials$ = concat(timer(0, 20_000).pipe(map(() => certificate)), NEVER);
    const options = { metrics, credentials: credentials$, lifetime: 50_000 };
    virtualUnit(asyncScheduler, { link$: cold('1s o') }, options);
    flush();

    expect(only(series(metrics.snapshot()), 'reconnects', 'recovery', 'connection.closures')).to.deep.equal({
      'reconnects{cause=credentials}': 2,
      'recovery.duration{cause=credentials}': [2, 2],
      'connection.closures{code=1000,clean=true,initiator=client}': 3,
    });
  });

  it('begins anew after a stop: that is no reconnect', async () => {
    const metrics = memoryMetrics();
    const transport = {
      identify: () => [discoveryUrl('x')],
      discover: () => of(answer()),
      openSocket: () => concat(of(stubSocket()), NEVER),
      idle$: of(true),
    };
    await using unit = connectUnit({ systemId: 'unit-1', credentials, transport, metrics });
    await untilState(unit, 'connected');
    await unit.stop();
    unit.start();
    await untilState(unit, 'connected');

    expect(only(series(metrics.snapshot()), 'reconnects', 'connect.', 'connection.count')).to.deep.equal({
      'connect.attempts{outcome=success}': 2,
      'connection.count{state=connecting}': 0,
      'connection.count{state=live}': 1,
    });
  });
});

describe('what is measured of messages', () => {
  marbles('is each that is sent, acked and consumed, by type', ({ cold, flush }) => {
    const metrics = memoryMetrics(() => [0.005, 0.5]);
    const frame$ = cold('1s ddu', {
      d: cloudMessage({ messageType: 'desiredStatus' }, 'the same'),
      u: cloudMessage(cloudData('updateState')),
    });
    const { unit } = virtualUnit(asyncScheduler, { link$: cold('5ms o'), frame$, answer: acknowledge(5) }, { metrics });
    unit.send(alerts);
    unit.send(unitStatus);
    at(10_000, () => unit.send(alerts, { policy: 'sendOnly' }));
    flush();

    const points = metrics.snapshot();
    expect(only(series(points), ...ofMessages, 'consumed', 'ack.')).to.deep.equal({
      'sent.messages{type=alerts}': 2,
      'sent.messages{type=unitStatus}': 1,
      'acked.messages{type=alerts}': 1,
      'acked.messages{type=unitStatus}': 1,
      'consumed.messages{type=desiredStatus}': 1,
      'consumed.messages{type=updateState}': 1,
      'ack.duration{type=alerts}': [1, 0.005],
      'ack.duration{type=unitStatus}': [1, 0.005],
      'queue.size': 0,
      inflight: 0,
    });
    expect(points.find(({ name }) => name === 'unitlink.client.ack.duration')?.buckets).to.deep.equal([
      [0.005, 1],
      [0.5, 1],
    ]);
  });

  marbles('is each further write: no ack, a nack, a lost link', ({ cold, flush }) => {
    const metrics = memoryMetrics();
    const link$ = inTurn(cold('o 19s #'), cold('o'));
    // Not answered, so that it goes again at 10 s; nacked; lost on the way; acked.
    const answers$ = inTurn<(txn: string) => Observable<CloudFrame>>(
      of(() => EMPTY),
      of((txn) => of(nack(txn, 8500))),
      of(() => EMPTY),
      of((txn) => of(ack(txn))),
    );
    const { unit } = virtualUnit(
      asyncScheduler,
      {
        link$,
        frame$: cold('5s p', { p: 'ping' as const }),
        answer: mergeMap(({ header }) => answers$.pipe(mergeMap((reply) => reply(header.txn)))),
      },
      { metrics },
    );
    unit.send(alerts);
    flush();

    expect(only(series(metrics.snapshot()), ...ofMessages)).to.deep.equal({
      'sent.messages{type=alerts}': 1,
      'retried.messages{type=alerts}': 3,
      'acked.messages{type=alerts}': 1,
      'queue.size': 0,
      inflight: 0,
    });
  });

  marbles('is how many wait, and how many are on their way', ({ flush }) => {
    const metrics = memoryMetrics();
    const link$ = concat(timer(5000).pipe(map(() => 'open')), NEVER);
    const { unit } = virtualUnit(asyncScheduler, { link$, answer: acknowledge(1000) }, { metrics, maxInFlight: 2 });
    const stands: unknown[] = [];
    for (const time of [1000, 5500, 6500, 7500])
      at(time, () => stands.push(only(series(metrics.snapshot()), 'queue.size', 'inflight')));
    for (let n = 0; n < 3; n++) unit.send(alerts);
    flush();

    expect(stands).to.deep.equal([
      { 'queue.size': 3, inflight: 0 },
      { 'queue.size': 3, inflight: 2 },
      { 'queue.size': 1, inflight: 1 },
      { 'queue.size': 0, inflight: 0 },
    ]);
  });

  marbles('is each that is dropped, by reason', ({ flush }) => {
    const metrics = memoryMetrics();
    const options = { metrics, maxQueued: 2, lifetime: 20_000, connectTimeout: 60_000 };
    const { unit } = virtualUnit(asyncScheduler, { link$: NEVER }, options);
    unit.send(alerts, { ttl: 1000 });
    at(2000, () => {
      unit.send(alerts, { coalesceKey: 'one' });
      unit.send(alerts, { coalesceKey: 'one' }).withdraw();
      for (let n = 0; n < 3; n++) unit.send(alerts, { overflow: 'drop-oldest' });
      for (let n = 0; n < 2; n++) unit.send(alerts);
      unit.send(unitStatus, { overflow: 'drop-newest' });
    });
    flush();

    expect(only(series(metrics.snapshot()), ...ofMessages)).to.deep.equal({
      'dropped.messages{type=alerts,reason=expired}': 1,
      'dropped.messages{type=alerts,reason=replaced}': 1,
      'dropped.messages{type=alerts,reason=withdrawn}': 1,
      'dropped.messages{type=alerts,reason=full}': 3,
      'dropped.messages{type=unitStatus,reason=full}': 1,
      'dropped.messages{type=alerts,reason=stopped}': 2,
      'queue.size': 0,
      inflight: 0,
    });
  });

  marbles('is one that no ack came for, four writes long', ({ cold, flush }) => {
    const metrics = memoryMetrics();
    const frame$ = cold('5s p 9999ms p 9999ms p 9999ms p', { p: 'ping' as const });
    const { unit } = virtualUnit(asyncScheduler, { frame$, answer: () => EMPTY }, { metrics });
    unit.send(alerts);
    flush();

    expect(only(series(metrics.snapshot()), ...ofMessages)).to.deep.equal({
      'sent.messages{type=alerts}': 1,
      'retried.messages{type=alerts}': 3,
      'dropped.messages{type=alerts,reason=no_ack}': 1,
      'queue.size': 0,
      inflight: 0,
    });
  });

  it('is one that its store cannot keep', async () => {
    const metrics = memoryMetrics();
    const transport = { discover: () => NEVER, openSocket: () => NEVER, idle$: of(true) };
    const failing = { ...memoryStore(), put: () => Promise.reject(new Error('disk full')) };
    await using unit = connectUnit({ systemId: 'unit-1', credentials, transport, store: failing, metrics });
    await unit.send(alerts).accepted.catch(() => undefined);

    expect(only(series(metrics.snapshot()), ...ofMessages)).to.deep.equal({
      'dropped.messages{type=alerts,reason=store}': 1,
      'queue.size': 0,
      inflight: 0,
    });
  });
});

describe('a metrics sink', () => {
  marbles('gets only instruments that there are, with the attributes of the table, and no id', ({ cold, flush }) => {
    const wrong: string[] = [];
    const check =
      (...kinds: readonly string[]): MetricsSink['add'] =>
      (name, _, attributes = {}) => {
        const { kind, attributes: known } = instruments[name];
        if (!kinds.includes(kind)) wrong.push(`${name} is a ${kind}`);
        for (const [attribute, value] of Object.entries(attributes))
          if (!known.includes(attribute) || /unit-1|txn-|:\/\//.test(value))
            wrong.push(`${name} ${attribute} ${value}`);
      };
    const metrics = { add: check('counter', 'upDownCounter'), set: check('gauge'), record: check('histogram') };
    const link$ = inTurn(cold('o 9s #'), cold('#'), cold('o 9s |'), cold('o'));
    const { unit } = virtualUnit(asyncScheduler, { link$ }, { metrics });
    unit.send(alerts);
    flush();

    expect(wrong).to.deep.equal([]);
  });

  marbles('that throws is told of once, and harms nothing', ({ cold, flush }) => {
    const fail = () => {
      throw new Error('no room');
    };
    const link$ = inTurn(cold('5s o 9s #'), cold('o'));
    const options = { metrics: { add: fail, set: fail, record: fail } };
    const { unit } = virtualUnit(asyncScheduler, { link$, answer: acknowledge(5) }, options);
    const failures = recorded(unit.failure$);
    const steps = recorded(unit.send(alerts).status$);
    flush();

    expect(steps.map(({ status }) => status)).to.deep.equal(['queued', 'sent', 'acknowledged']);
    expect(failures.map(({ message }) => message)).to.deep.equal(['the metrics sink failed: no room']);
  });

  marbles('may be shared by units', ({ flush }) => {
    const metrics = memoryMetrics();
    const units = ['a', 'b', 'c'].map((systemId) => virtualUnit(asyncScheduler, {}, { systemId, metrics }).unit);
    for (const unit of units) unit.send(alerts);
    flush();

    expect(only(series(metrics.snapshot()), 'acked', 'connect.')).to.deep.equal({
      'connect.attempts{outcome=success}': 3,
      'acked.messages{type=alerts}': 3,
    });
  });
});
