import { once } from 'node:events';
import { type AddressInfo } from 'node:net';
import { createServer } from 'node:tls';
import { expect } from 'chai';
import fc from 'fast-check';
import { aos } from '../../lib/operators/backoff.js';
import { cloudMessageTypes } from '../../lib/protocol/message-types.js';
import { startCloud, type Cloud } from '../../lib/testing/cloud/start-cloud.js';
import type { Unit } from '../../lib/unit/unit.js';
import { mutated, seeded } from '../support/mutate.js';
import { connectTo, recorded, untilState } from '../support/unit-on-cloud.js';
import { until } from '../support/until.js';
import { cloudData } from '../support/wire-examples.js';
import { full } from './numbers.js';

const alerts = { messageType: 'alerts', items: [] } as const;
const seed = Math.floor(Math.random() * 2 ** 31);
const scale = full ? 50 : 1;

const header = fc.record(
  {
    version: fc.oneof(fc.constant(7), fc.jsonValue()),
    systemId: fc.oneof(fc.constant('unit-1'), fc.jsonValue()),
    createdAt: fc.oneof(fc.constant('2026-01-01T00:00:00Z'), fc.jsonValue()),
    txn: fc.oneof(fc.uuid(), fc.jsonValue()),
  },
  { requiredKeys: [] },
);
const message = fc
  .tuple(header, fc.constantFrom(...cloudMessageTypes), fc.integer())
  .map(
    ([head, type, number]) => `{"header":${JSON.stringify(head)},"data":${mutated(cloudData(type), seeded(number))}}`,
  );
const frame = fc.oneof(
  message,
  fc.uint8Array({ maxLength: 300 }),
  fc.string({ unit: 'binary', maxLength: 200 }),
  fc.json(),
  fc.record({ header, data: fc.jsonValue() }).map((value) => JSON.stringify(value)),
);
const bytes = fc.uint8Array({ minLength: 1, maxLength: 200 });

describe(`a unit among garbage, seed ${seed}`, () => {
  let cloud: Cloud;
  const random = <T>(arbitrary: fc.Arbitrary<T>, count: number): T[] =>
    fc.sample(arbitrary, { seed, numRuns: count * scale });
  const connect = (): Unit => connectTo(cloud, { backoff: aos({ initialDelay: 1, maxDelay: 20 }) });

  before(async () => {
    cloud = await startCloud();
  });
  after(async () => {
    await cloud.stop();
    expect(Object.keys(Object.prototype)).to.deep.equal([]);
    expect(Object.getOwnPropertyNames(Object.prototype)).not.to.include('polluted');
  });

  it('takes or rejects each of 5,000 frames, and keeps its connection', async () => {
    await using unit = connect();
    await unit.send(alerts).acknowledged;
    const states = recorded(unit.state$);
    const acks = recorded(cloud.ack$);
    const delivered = recorded(unit.message$);
    const frames = random(fc.tuple(frame, fc.boolean()), 5000);
    for (let at = 0; at < frames.length; at += 500) {
      for (const [content, binary] of frames.slice(at, at + 500)) {
        // A text frame that is not UTF-8 ends the connection by the WebSocket protocol.
        cloud.sendFrame(content, { binary: binary || typeof content !== 'string' });
      }
      await cloud.sendAndWait({ messageType: 'desiredStatus' }, 60_000);
    }
    expect(states.map(({ state }) => state)).to.deep.equal(['connected']);
    expect(new Set(delivered.map(({ header: { txn } }) => txn))).to.deep.equal(new Set(acks));
    await unit.send(alerts).acknowledged;
  });

  it('connects anew after bytes that are no frames, and delivers', async () => {
    await using unit = connect();
    await unit.send(alerts).acknowledged;
    for (const content of random(bytes, 150)) {
      const delivery = unit.send(alerts);
      cloud.sendBytes(content);
      // Half a frame may wait for its rest for ever.
      cloud.dropSessions();
      await delivery.acknowledged;
      await untilState(unit, 'connected');
    }
  });

  it('gives up upgrades that are answered with garbage, and goes on', async () => {
    const { cert, key } = await cloud.authority.issue({ commonName: 'x', ipAddresses: ['127.0.0.1'], server: true });
    const answers = random(
      fc.oneof(
        bytes,
        fc.string().map((text) => `HTTP/1.1 101 ${text}\r\nUpgrade: websocket\r\n\r\n`),
      ),
      100,
    );
    const server = createServer({ cert, key }, (socket) => {
      socket.on('error', () => undefined).once('data', () => socket.end(answers.pop() ?? ''));
    }).listen(0, '127.0.0.1');
    await once(server, 'listening');
    const { port } = server.address() as AddressInfo;
    const count = answers.length;
    for (let n = 0; n < count; n++) {
      cloud.answerDiscovery({ errorCode: 0, connectionInfo: [`wss://127.0.0.1:${port}/`, cloud.url] });
      await using unit = connect();
      await unit.send(alerts).acknowledged;
    }
    expect(answers).to.deep.equal([]);
    server.close();
  });

  it('survives whatever discovery answers, and stops at once', async () => {
    const good = { version: 7, systemId: 'unit-1', connectionInfo: [cloud.url], authToken: cloud.token, errorCode: 0 };
    const body = fc.oneof(
      fc.json(),
      fc.string({ unit: 'binary' }),
      fc.integer().map((number) => mutated({ ...good, nextRequestDelay: null }, seeded(number))),
    );
    const status = fc.constantFrom(200, 200, 200, 201, 204, 301, 307, 400, 401, 403, 404, 429, 500, 503, 599);
    const value = fc.string({ unit: fc.constantFrom(...Array.from('abc/:;=0123456789-. ')) });
    const headers = fc.record({ location: value, 'retry-after': value, 'content-type': value }, { requiredKeys: [] });
    for (const answer of random(fc.record({ status, body, headers }), 200)) {
      cloud.failDiscovery(answer);
      await using unit = connect();
      await until(unit.state$, ({ state }) => state === 'waiting' || state === 'connected');
      cloud.clearFaults();
    }
    await using unit = connect();
    await unit.send(alerts).acknowledged;
  });
});
