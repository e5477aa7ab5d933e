import { randomBytes } from 'node:crypto';
import { expect } from 'chai';
import { filter, map } from 'rxjs';
import { ConnectionLostError } from '../../lib/errors.js';
import { cloudMessageTypes } from '../../lib/protocol/message-types.js';
import { startCloud, type Cloud } from '../../lib/testing/cloud/start-cloud.js';
import type { Unit } from '../../lib/unit/unit.js';
import { mutated, seeded } from '../support/mutate.js';
import { connectTo, recorded, untilState } from '../support/unit-on-cloud.js';
import { until, untilAll } from '../support/until.js';
import { cloudData } from '../support/wire-examples.js';

const header = { version: 7, systemId: 'unit-1', createdAt: '2026-01-01T00:00:00.000000Z', txn: 'garbage' };
const data = { messageType: 'desiredStatus' };
const nested = (depth: number): string => `${'['.repeat(depth)}${']'.repeat(depth)}`;
const text = (...parts: readonly object[]): string => JSON.stringify(Object.assign({}, ...parts));
const ack = { header: { ...header, txn: 'unknown' }, data: { messageType: 'ack' } };

/** Frames that the WebSocket protocol allows and ours does not. */
const frames: Readonly<Record<string, string | Uint8Array>> = {
  nothing: '',
  'a null byte': new Uint8Array(1),
  'random bytes': randomBytes(1000),
  'bytes that are not UTF-8': Buffer.from(text({ header }, { data: { ...data, text: 'Ã(' } }), 'latin1'),
  'half a message': text({ header }, { data }).slice(0, 60),
  'two messages at once': text({ header }, { data }).repeat(2),
  'a byte order mark alone': '\uFEFF',
  'a number': '7',
  null: 'null',
  'a text': '"secret"',
  'a list of messages': `[${text({ header }, { data })}]`,
  'a message without header': text({ data }),
  'a message without data': text({ header }),
  'a header that is a list': text({ header: [] }, { data }),
  'data that is null': text({ header }, { data: null }),
  'another version': text({ header: { ...header, version: 6 } }, { data }),
  'no version': text({ header: { ...header, version: undefined } }, { data }),
  'a message for another unit': text({ header: { ...header, systemId: 'unit-2' } }, { data }),
  'a message for nobody': text({ header: { ...header, systemId: undefined } }, { data }),
  'no messageType': text({ header }, { data: {} }),
  'a messageType that is a number': text({ header }, { data: { messageType: 7 } }),
  'a messageType of units': text({ header }, { data: { messageType: 'unitStatus' } }),
  'a messageType in capitals': text({ header }, { data: { messageType: 'DESIREDSTATUS' } }),
  'a messageType nobody knows': text({ header }, { data: { messageType: 'toString' } }),
  'a txn of 300 characters': text({ header: { ...header, txn: 'x'.repeat(300) } }, { data }),
  'a key that pollutes prototypes': `{"header":${text(header)},"data":{"messageType":"desiredStatus","__proto__":{}}}`,
  'nesting of 100,000': `{"header":${text(header)},"data":{"messageType":"desiredStatus","deep":${nested(100_000)}}}`,
  'three million brackets': '['.repeat(3_000_000),
};

describe('a unit that gets garbage', () => {
  let cloud: Cloud;
  let unit: Unit;

  /** What the unit gave to the app, and what it acked, until the cloud got an ack for a good message after it all. */
  const sift = async (garbage: () => void) => {
    const states = recorded(unit.state$);
    const messages = recorded(unit.message$.pipe(map(({ header: { txn } }) => txn)));
    const rejected = recorded(unit.rejected$.pipe(map(({ reason }) => reason)));
    const acks = recorded(cloud.ack$);
    garbage();
    const good = await cloud.sendAndWait(data);
    const others = (txns: readonly string[]) => txns.filter((txn) => txn !== good);
    return {
      good,
      delivered: others(messages),
      acked: others(acks),
      rejected,
      states: states.map(({ state }) => state),
    };
  };

  before(async () => {
    cloud = await startCloud();
    unit = connectTo(cloud);
  });

  beforeEach(async () => {
    await untilState(unit, 'connected');
    await unit.send({ messageType: 'alerts', items: [] }).acknowledged; // the connection counts as a success now
  });

  after(async () => {
    await unit.stop();
    await cloud.stop();
  });

  for (const [title, frame] of Object.entries(frames)) {
    it(`rejects ${title}, acks and delivers nothing of it, and keeps the connection`, async () => {
      const { delivered, acked, rejected, states } = await sift(() => {
        cloud.sendFrame(frame);
      });
      expect(delivered).to.deep.equal([]);
      expect(acked).to.deep.equal([]);
      expect(rejected).to.have.length(1);
      expect(rejected[0]).not.to.contain('secret');
      expect(states).to.deep.equal(['connected']);
    });
  }

  it('rejects a text frame, also where it holds a good message', async () => {
    const { delivered, acked, rejected, states } = await sift(() => {
      cloud.sendFrame(text({ header }, { data }), { binary: false });
    });
    expect([delivered, acked, rejected, states]).to.deep.equal([[], [], ['a text frame'], ['connected']]);
  });

  it('ignores acks and nacks for messages it did not send', async () => {
    const { delivered, acked, rejected, states } = await sift(() => {
      cloud.sendFrame(text(ack));
      cloud.sendFrame(text({ ...ack, data: { messageType: 'nack', retryAfter: -1 } }));
    });
    expect([delivered, acked, rejected, states]).to.deep.equal([[], [], [], ['connected']]);
  });

  it('takes what is odd and yet a message: keys in other cases, numbers as texts, a byte order mark', async () => {
    const odd = { HEADER: { Version: '7', SYSTEMID: 'unit-1', TXN: 'odd' }, Data: { MessageType: 'desiredStatus' } };
    const { delivered, acked, rejected } = await sift(() => {
      cloud.sendFrame(`\uFEFF${text(odd)}`);
    });
    expect([delivered, acked, rejected]).to.deep.equal([['odd'], ['odd'], []]);
  });

  it('takes or rejects each of 2,000 mutated messages, acks what it delivers, and keeps the connection', async () => {
    const random = seeded(3);
    const { delivered, acked, rejected, states } = await sift(() => {
      for (let n = 0; n < 2000; n++) {
        const type = cloudMessageTypes[n % cloudMessageTypes.length] ?? 'desiredStatus';
        const body = mutated(cloudData(type), random);
        cloud.sendFrame(`{"header":${JSON.stringify({ ...header, txn: `mutated-${n}` })},"data":${body}}`);
      }
    });
    expect(states).to.deep.equal(['connected']);
    expect(delivered).to.deep.equal(acked);
    expect(delivered.length).to.be.greaterThan(300);
    expect(delivered.length + rejected.length).to.equal(2000);
  });

  it('takes a txn for nothing but a name, also __proto__ and constructor', async () => {
    const txns = ['__proto__', 'constructor', 'toString'];
    const { delivered, acked, states } = await sift(() => {
      for (const txn of [...txns, ...txns]) cloud.send(data, { txn });
      for (const txn of txns) cloud.sendFrame(text({ header: { ...header, txn } }, { data: ack.data }));
    });
    expect([delivered, acked, states]).to.deep.equal([txns, [...txns, ...txns], ['connected']]);
  });

  it('answers a hundred pings that came in one write, and keeps the connection', async () => {
    const pongs = untilAll(100, cloud.event$, ({ kind }) => kind === 'pong');
    const { states } = await sift(() => {
      cloud.ping(100);
    });
    expect(await pongs).to.have.length(100);
    expect(states).to.deep.equal(['connected']);
  });

  for (const [title, bytes] of [
    ['an unknown opcode', [0x83, 0x00]],
    ['reserved bits', [0xf2, 0x00]],
    ['a mask', [0x82, 0x81, 1, 2, 3, 4, 5]],
    ['the header of 50 MB', [0x82, 0x7f, 0, 0, 0, 0, 0x02, 0xfa, 0xf0, 0x80]],
    ['the header of 2^63 bytes', [0x82, 0x7f, 0xff, 0, 0, 0, 0, 0, 0, 0]],
    ['plain HTTP', [...Buffer.from('HTTP/1.1 400 Bad Request\r\n\r\n')]],
    ['random bytes', [0x8f, ...randomBytes(100)]],
  ] as const) {
    it(`replaces the connection at a frame with ${title}, and delivers and acks nothing of it`, async () => {
      const messages = recorded(unit.message$);
      const acks = recorded(cloud.ack$);
      const lost = until(unit.state$.pipe(filter(({ state }) => state === 'waiting')));
      cloud.sendBytes(Buffer.from(bytes));
      expect(await lost)
        .to.have.property('cause')
        .that.is.an.instanceof(ConnectionLostError);
      await untilState(unit, 'connected');
      expect([messages, acks]).to.deep.equal([[], []]);
    });
  }

  it('replaces the connection at a frame over 4 MiB, and takes one of 4 MiB', async () => {
    const message = text({ header: { ...header, txn: 'large' } }, { data: { ...data, text: '' } });
    const fill = (size: number) => message.replace('"text":""', `"text":"${'x'.repeat(size - message.length)}"`);
    const { acked } = await sift(() => {
      cloud.sendFrame(fill(4 * 1024 * 1024));
    });
    expect(acked).to.deep.equal(['large']);
    const lost = untilState(unit, 'waiting');
    cloud.sendFrame(fill(4 * 1024 * 1024 + 1));
    expect(await lost)
      .to.have.property('cause')
      .that.includes({ code: 'WS_ERR_UNSUPPORTED_MESSAGE_LENGTH' });
  });
});
