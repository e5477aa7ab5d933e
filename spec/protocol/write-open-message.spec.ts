import { expect } from 'chai';
import { InvalidMessageError, MessageTooLargeError } from '../../lib/errors.js';
import { cloudMessageTypes } from '../../lib/protocol/message-types.js';
import { writeOpenMessage } from '../../lib/protocol/write-open-message.js';

const written = (data: object, most = 10_000) => writeOpenMessage(data as { messageType: string }, most);
const nested = (depth: number): unknown => (depth === 0 ? 1 : { a: nested(depth - 1) });

describe('writeOpenMessage', () => {
  it('writes what no schema knows as it is, messageType and correlationId first', () => {
    const instance = { state: 'scheduled', since: null, ratios: [0.5, -1, 1e21], isNew: true };
    expect(written({ extra: [instance], correlationId: 'c', messageType: 'unitStatus', left: undefined })).to.equal(
      '{"messageType":"unitStatus","correlationId":"c","extra":[{"state":"scheduled","since":null,"ratios":[0.5,-1,1e+21],"isNew":true}]}',
    );
    expect(written({ messageType: 'aNewType' })).to.equal('{"messageType":"aNewType"}');
  });

  it('takes a value twice, and an object without a prototype', () => {
    const node = Object.assign(Object.create(null) as object, { codename: 'a/b größer 😀' });
    expect(written({ messageType: 't', a: node, b: node })).to.equal(
      '{"messageType":"t","a":{"codename":"a/b größer 😀"},"b":{"codename":"a/b größer 😀"}}',
    );
  });

  it('refuses the types of answers and of the cloud, and what is no name of a type', () => {
    for (const messageType of ['ack', 'nack', ...cloudMessageTypes, '', 'a b', '1', 'x'.repeat(65), 7, undefined])
      expect(() => written({ messageType }), String(messageType)).to.throw(
        InvalidMessageError,
        'a messageType of 1 to 64',
      );
  });

  const circle: Record<string, unknown> = {};
  circle['self'] = circle;
  const cases: readonly (readonly [what: string, value: unknown, path: string, reason: string])[] = [
    ['a number that is none', { n: [NaN] }, '/v/n/0', 'is no finite number'],
    ['a number without end', Infinity, '/v', 'is no finite number'],
    ['a function', () => 1, '/v', 'is of type function'],
    ['a symbol', Symbol('s'), '/v', 'is of type symbol'],
    ['a bigint', 1n, '/v', 'is of type bigint'],
    ['nothing in a list', [undefined], '/v/0', 'is of type undefined'],
    ['a Date', new Date(), '/v', 'is no plain object'],
    ['a Map', new Map(), '/v', 'is no plain object'],
    ['an object of a class', new URL('https://h'), '/v', 'is no plain object'],
    ['a circle', circle, '/v/self', 'holds itself'],
    ['what is nested too deep', nested(64), `/v${'/a'.repeat(63)}`, 'is nested deeper than 64'],
    ['a key named __proto__', JSON.parse('{"__proto__":{}}'), '/v', 'has a key named __proto__'],
  ];
  for (const [what, v, path, reason] of cases)
    it(`refuses ${what}, and says where`, () => {
      const write = () => written({ messageType: 't', v });
      expect(write).to.throw(InvalidMessageError, reason);
      expect(write).to.throw().with.property('path', path);
    });

  it('takes what is nested 64 deep', () => {
    expect(JSON.parse(written({ messageType: 't', v: nested(63) }))).to.have.property('v');
  });

  it('ends at its size, however much there is', () => {
    let many: unknown = 'x';
    for (let n = 0; n < 60; n++) many = [many, many]; // 2^60 texts
    expect(() => written({ messageType: 't', many })).to.throw(MessageTooLargeError);
    expect(() => written({ messageType: 't', text: 'x'.repeat(10_001) })).to.throw(MessageTooLargeError);
  });
});
