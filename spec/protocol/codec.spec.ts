import { expect } from 'chai';
import fc from 'fast-check';
import { InvalidMessageError } from '../../lib/errors.js';
import { decode, encode, type Decoded } from '../../lib/protocol/codec.js';
import type { UnitData } from '../../lib/protocol/envelope.js';
import { cloudMessageTypes, unitMessageTypes } from '../../lib/protocol/message-types.js';
import { numbered } from '../support/numbered.js';
import { cloudData } from '../support/wire-examples.js';

const systemId = 'unit-1';
const txn = '5f0e7c1a-9a41-4f0b-8c77-0f6d2d3b9e11';
const createdAt = Date.UTC(2026, 2, 2, 8, 15, 30, 120) + 0.45;
const header = { version: 7, systemId, createdAt: '2026-03-02T08:15:30.120450Z', txn };

const frame = (value: unknown): Uint8Array =>
  new TextEncoder().encode(typeof value === 'string' ? value : JSON.stringify(value));
const received = (value: unknown): Decoded => decode(frame(value), systemId);
const withData = (data: unknown): Decoded => received({ header, data });
const nested = (depth: number): string => '['.repeat(depth) + ']'.repeat(depth);

describe('encode', () => {
  const encoded = (data: Parameters<typeof encode>[0]) => encode(data, { systemId, txn, createdAt });

  it('writes compact JSON: header first, then data with its messageType and correlationId first', () => {
    expect(encoded({ digests: ['sha256:1'], correlationId: 'c1', messageType: 'requestBlobUrls' })).to.equal(
      '{"header":{"version":7,"systemId":"unit-1","createdAt":"2026-03-02T08:15:30.120450Z",' +
        '"txn":"5f0e7c1a-9a41-4f0b-8c77-0f6d2d3b9e11"},' +
        '"data":{"messageType":"requestBlobUrls","correlationId":"c1","digests":["sha256:1"]}}',
    );
  });

  it('writes an ack as nothing but its type', () => {
    expect(encoded({ messageType: 'ack' })).to.satisfy((text: string) =>
      text.endsWith('"data":{"messageType":"ack"}}'),
    );
  });

  it('refuses what does not fit its schema', () => {
    expect(() => encoded({ messageType: 'requestBlobUrls' } as UnitData)).to.throw(InvalidMessageError);
  });

  it('refuses data that would throw or turn into something else while it is written', () => {
    const throws = () => {
      throw new Error('not now');
    };
    const circle: Record<string, unknown> = {};
    circle['self'] = circle;
    for (const [data, why] of [
      [{ ...numbered(1), toJSON: throws }, '/toJSON'],
      [{ ...numbered(1), toJSON: () => undefined }, '/toJSON'],
      [{ ...numbered(1), state: { toJSON: throws } }, '/state'],
      [{ ...numbered(1), state: circle }, '/state'],
      [{ ...numbered(1), state: 1n }, '/state'],
    ] as const)
      expect(() => encoded(data as unknown as UnitData)).to.throw(InvalidMessageError, why);
  });

  it('leaves the data of the app alone', () => {
    const data = Object.freeze({ digests: ['sha256:1'], correlationId: 'c1', messageType: 'requestBlobUrls' as const });
    encoded(data);
    expect(Object.keys(data)).to.deep.equal(['digests', 'correlationId', 'messageType']);
  });
});

describe('decode', () => {
  for (const messageType of cloudMessageTypes)
    it(`gives a ${messageType} message to the app`, () => {
      const data = { ...cloudData(messageType), correlationId: 'c1' };
      expect(withData(data)).to.deep.equal({ kind: 'message', message: { header, data } });
    });

  it('takes keys in any case and scalars as text or number, in the header and in the data', () => {
    const text =
      '{"HEADER":{"Version":"7","systemID":"unit-1","CREATEDAT":"x","TXN":12},' +
      '"Data":{"MESSAGETYPE":"desiredStatus","CorrelationID":34,"UnitConfig":{"Nodes":[]}}}';
    expect(received(text)).to.deep.equal({
      kind: 'message',
      message: {
        header: { version: 7, systemId, createdAt: 'x', txn: '12' },
        data: { messageType: 'desiredStatus', correlationId: '34', unitConfig: { nodes: [] } },
      },
    });
  });

  it('takes null for absent, at every depth', () => {
    const text =
      '{"header":{"version":7,"systemId":"unit-1","createdAt":null,"txn":null},' +
      '"data":{"messageType":"desiredStatus","correlationId":null,"unitConfig":{"version":null,"nodes":[]}},"extra":null}';
    expect(received(text)).to.deep.equal({
      kind: 'message',
      message: {
        header: { version: 7, systemId, txn: '' },
        data: { messageType: 'desiredStatus', unitConfig: { nodes: [] } },
      },
    });
  });

  it('takes a byte order mark, and a txn of 256 characters', () => {
    const text = JSON.stringify({ header: { ...header, txn: 'x'.repeat(256) }, data: { messageType: 'ack' } });
    expect(received(`\ufeff${text}`)).to.deep.equal({ kind: 'ack', txn: 'x'.repeat(256) });
  });

  it('passes over names that every object seems to have', () => {
    const decoded = withData({ messageType: 'desiredStatus', constructor: 1, toString: 2, hasOwnProperty: 3 });
    expect(decoded).to.deep.equal({ kind: 'message', message: { header, data: { messageType: 'desiredStatus' } } });
  });

  it('tells what it left out of a message, and why it gives one up', () => {
    expect(withData({ messageType: 'desiredStatus', items: [{}], nodes: [] })).to.deep.equal({
      kind: 'message',
      message: {
        header,
        data: { messageType: 'desiredStatus', items: [], nodes: [] },
        dropped: [{ path: '/items/0', reason: 'item is missing' }],
      },
    });
    expect(withData({ messageType: 'requestLog', logType: 'systemLog' })).to.deep.equal({
      kind: 'rejected',
      reason: 'requestLog: /filter is missing',
    });
  });

  describe('of an ack', () => {
    it('gives the txn it answers', () => {
      expect(withData({ messageType: 'ack' })).to.deep.equal({ kind: 'ack', txn });
      expect(withData({ messageType: 'ack', correlationId: 'c1', more: [1] })).to.deep.equal({ kind: 'ack', txn });
    });

    it('gives an empty txn where there is none', () => {
      const anonymous = { version: 7, systemId };
      expect(received({ header: anonymous, data: { messageType: 'ack' } })).to.deep.equal({ kind: 'ack', txn: '' });
    });

    it('takes "constructor" and the like for ordinary txns', () => {
      for (const name of ['constructor', 'toString', '__proto__'])
        expect(received({ header: { ...header, txn: name }, data: { messageType: 'ack' } })).to.deep.equal({
          kind: 'ack',
          txn: name,
        });
    });
  });

  describe('of a nack', () => {
    const after = (retryAfter: string) =>
      received(`{"header":${JSON.stringify(header)},"data":{"messageType":"nack","retryAfter":${retryAfter}}}`);
    const cases: readonly (readonly [text: string, retryAfter: number])[] = [
      ['0', 0],
      ['1', 1],
      ['750', 750],
      ['"750"', 750],
      ['749.5', 750],
      ['600000', 600_000],
      ['600001', 600_000],
      ['1e308', 600_000],
      ['1e400', 600_000],
      ['"Infinity"', 600_000],
      ['-1', 0],
      ['-0.4', 0],
      ['-1e400', 0],
      ['"-5"', 0],
      ['null', 500],
      ['""', 500],
      ['"soon"', 500],
      ['"NaN"', 500],
      ['true', 500],
      ['[1]', 500],
      ['{}', 500],
    ];
    for (const [text, retryAfter] of cases)
      it(`reads retryAfter ${text} as ${retryAfter} ms`, () => {
        expect(after(text)).to.deep.equal({ kind: 'nack', txn, retryAfter });
      });

    it('waits 500 ms where none is given', () => {
      expect(withData({ messageType: 'nack' })).to.deep.equal({ kind: 'nack', txn, retryAfter: 500 });
    });

    it('takes the key in any case', () => {
      expect(withData({ MessageType: 'nack', RETRYAFTER: 9 })).to.deep.equal({ kind: 'nack', txn, retryAfter: 9 });
    });
  });

  describe('of garbage', () => {
    const data = { messageType: 'desiredStatus' };
    const headerWith = (members: Readonly<Record<string, unknown>>) => ({ header: { ...header, ...members }, data });
    const garbage: readonly (readonly [what: string, value: unknown, reason: string | RegExp])[] = [
      ['nothing', '', 'not JSON'],
      ['no JSON', 'geheim', 'not JSON'],
      ['half a message', JSON.stringify({ header, data }).slice(0, -1), 'not JSON'],
      ['two messages', JSON.stringify({ header, data }).repeat(2), 'not JSON'],
      ['null', 'null', 'not a JSON object'],
      ['a number', '7', 'not a JSON object'],
      ['a string', '"geheim"', 'not a JSON object'],
      ['an array', [{ header, data }], 'not a JSON object'],
      ['no header', { data }, 'no header'],
      ['a header that is null', { header: null, data }, 'no header'],
      ['a header that is an array', { header: [header], data }, 'no header'],
      ['a header that is text', { header: 'geheim', data }, 'no header'],
      ['no data', { header }, 'no data'],
      ['data that is an array', { header, data: [data] }, 'no data'],
      ['no version', headerWith({ version: undefined }), 'another version than 7'],
      ['another version', headerWith({ version: 8 }), 'another version than 7'],
      ['a version that is text', headerWith({ version: 'geheim' }), 'another version than 7'],
      ['a version that is an object', headerWith({ version: { geheim: 7 } }), 'another version than 7'],
      ['a version in an array', headerWith({ version: [7] }), 'another version than 7'],
      ['no system id', headerWith({ systemId: undefined }), 'for another system id'],
      ['another system id', headerWith({ systemId: 'geheim' }), 'for another system id'],
      ['a system id in another case', headerWith({ systemId: 'UNIT-1' }), 'for another system id'],
      ['a system id in an array', headerWith({ systemId: [systemId] }), 'for another system id'],
      ['a txn of 257 characters', headerWith({ txn: 'geheim'.padEnd(257) }), 'a txn of more than 256 characters'],
      ['a txn of a megabyte', headerWith({ txn: 'x'.repeat(1e6) }), 'a txn of more than 256 characters'],
      ['no messageType', { header, data: {} }, 'no messageType'],
      ['a messageType that is a number', { header, data: { messageType: 7 } }, 'no messageType'],
      ['a messageType that is an object', { header, data: { messageType: { geheim: 1 } } }, 'no messageType'],
      ['a messageType in an array', { header, data: { messageType: ['ack'] } }, 'no messageType'],
      ...['geheim', 'DesiredStatus', 'ACK', '', 'constructor', 'toString', '__proto__', ...unitMessageTypes].map(
        (messageType) =>
          [
            `the messageType ${messageType || 'that is empty'}`,
            { header, data: { messageType } },
            'a messageType that the cloud does not send',
          ] as const,
      ),
      ['a key named __proto__', '{"__proto__":{"geheim":1}}', 'a key named __proto__'],
      [
        'a key named __proto__ in the header',
        `{"header":{"__proto__":{"version":7}},"data":{"messageType":"ack"}}`,
        'a key named __proto__',
      ],
      [
        'a key named __proto__ deep in the data',
        `{"header":${JSON.stringify(header)},"data":{"messageType":"ack","a":[[{"__proto__":{"geheim":1}}]]}}`,
        'a key named __proto__',
      ],
      [
        'what is nested 65 deep',
        `{"header":${JSON.stringify(header)},"data":{"messageType":"ack","a":${nested(63)}}}`,
        'nested deeper than 64',
      ],
      ['what is nested a hundred thousand deep', nested(100_000), /^(nested deeper than 64|not JSON)$/],
      ['a hundred thousand brackets', '['.repeat(100_000), 'nested deeper than 64'],
      [
        'objects nested a hundred thousand deep',
        `${'{"a":'.repeat(100_000)}1${'}'.repeat(100_000)}`,
        /^(nested deeper than 64|not JSON)$/,
      ],
    ];
    for (const [what, value, reason] of garbage)
      it(`rejects ${what}`, () => {
        const decoded = received(value);
        expect(decoded).to.have.property('kind', 'rejected');
        const { reason: given } = decoded as Extract<Decoded, { kind: 'rejected' }>;
        if (typeof reason === 'string') expect(given).to.equal(reason);
        else expect(given).to.match(reason);
        expect(given).not.to.include('geheim');
      });

    const bytes = [[0xff], [0xc3], [0xed, 0xa0, 0x80], [0xc0, 0x80], [0xf4, 0x90, 0x80, 0x80]];
    for (const invalid of bytes)
      it(`rejects a text with the bytes ${invalid.map((byte) => byte.toString(16)).join(' ')}, which are no UTF-8`, () => {
        const [before, after] = JSON.stringify({ header, data: { messageType: 'ack', a: '|' } }).split('|');
        const broken = Uint8Array.from([...frame(before), ...invalid, ...frame(after)]);
        expect(decode(broken, systemId)).to.deep.equal({ kind: 'rejected', reason: 'not UTF-8' });
      });

    it('reads what is nested 64 deep', () => {
      const text = `{"header":${JSON.stringify(header)},"data":{"messageType":"ack","a":${nested(62)}}}`;
      expect(received(text)).to.deep.equal({ kind: 'ack', txn });
    });

    it('leaves Object.prototype as it was', () => {
      const before = Reflect.ownKeys(Object.prototype);
      for (const [, value] of garbage) received(value);
      expect(Reflect.ownKeys(Object.prototype)).to.deep.equal(before);
      expect(({} as Record<string, unknown>)['geheim']).to.equal(undefined);
    });
  });

  describe('of anything', () => {
    const prototype = Reflect.ownKeys(Object.prototype);
    const sound = (decoded: Decoded): void => {
      switch (decoded.kind) {
        case 'rejected':
          expect(decoded.reason).to.match(/^[a-z].{2,200}$/i);
          return;
        case 'message': {
          const { header: head, data } = decoded.message;
          expect(head).to.include({ version: 7, systemId });
          expect(head.txn).to.be.a('string');
          expect(typeof head.createdAt).to.be.oneOf(['string', 'undefined']);
          expect(cloudMessageTypes).to.include(data.messageType);
          expect(typeof data.correlationId).to.be.oneOf(['string', 'undefined']);
          return;
        }
        case 'nack':
          expect(decoded.retryAfter).to.be.within(0, 600_000).and.satisfy(Number.isInteger);
          break;
        case 'ack':
          break;
      }
      expect(decoded.txn).to.be.a('string');
    };

    it('survives arbitrary bytes', () => {
      fc.assert(
        fc.property(fc.uint8Array({ maxLength: 200 }), (bytes) => {
          sound(decode(bytes, systemId));
        }),
      );
    });

    it('survives arbitrary JSON', () => {
      fc.assert(
        fc.property(fc.json({ maxDepth: 4 }), (text) => {
          sound(received(text));
        }),
      );
      expect(Reflect.ownKeys(Object.prototype)).to.deep.equal(prototype);
    });

    it('gives the app only what is sound, whatever an envelope is filled with', () => {
      const anything = fc.oneof(
        fc.jsonValue({ maxDepth: 2 }),
        fc.constantFrom(7, '7', systemId, '__proto__', 1e308, -1),
      );
      const type = fc.oneof(
        anything,
        fc.constantFrom<string>('ack', 'nack', ...cloudMessageTypes, ...unitMessageTypes),
      );
      const mostly = <T>(usual: T) =>
        fc.oneof({ weight: 4, arbitrary: fc.constant(usual) }, { weight: 1, arbitrary: anything });
      const envelope = fc.record(
        {
          header: fc.record(
            { version: mostly(7), systemId: mostly(systemId), createdAt: anything, txn: anything },
            { requiredKeys: ['version', 'systemId'] },
          ),
          data: fc.record(
            { messageType: type, correlationId: anything, retryAfter: anything, extra: anything },
            { requiredKeys: ['messageType'] },
          ),
        },
        { requiredKeys: ['header', 'data'] },
      );
      fc.assert(
        fc.property(envelope, (value) => {
          sound(received(value));
        }),
        { numRuns: 500 },
      );
      expect(Reflect.ownKeys(Object.prototype)).to.deep.equal(prototype);
    });
  });
});
