import { expect } from 'chai';
import {
  asNumber,
  asString,
  isObject,
  maxDepth,
  maxMembers,
  maxValues,
  memberOf,
  parseJson,
  withKeys,
} from '../../lib/protocol/read.js';

const nested = (depth: number) => '['.repeat(depth) + ']'.repeat(depth);

describe('parseJson', () => {
  it('gives the value of a JSON text', () => {
    expect(parseJson('{"a":[1,"b",true,{"c":1.5}]}')).to.deep.equal({ a: [1, 'b', true, { c: 1.5 }] });
    expect(parseJson('7')).to.equal(7);
    expect(parseJson('null')).to.equal(null);
  });

  it('leaves out members that are null, at every depth, and keeps the null of an array', () => {
    expect(parseJson('{"a":null,"b":{"c":null,"d":[null,{"e":null}]}}')).to.deep.equal({ b: { d: [null, {}] } });
  });

  it('says of what is no JSON that it is none, and not what it is', () => {
    for (const text of ['', 'geheim', '{"geheim":', '{"a":1}geheim', "{'a':1}", '[1,]', 'NaN', '\u0000'])
      expect(() => parseJson(text)).to.throw(SyntaxError, /^not JSON$/);
  });

  it('reads what is nested 64 deep, and nothing deeper', () => {
    expect(maxDepth).to.equal(64);
    expect(() => parseJson(nested(64))).not.to.throw();
    expect(() => parseJson(nested(65))).to.throw(RangeError, 'nested deeper than 64');
    expect(() => parseJson(`${'{"a":'.repeat(65)}1${'}'.repeat(65)}`)).to.throw(RangeError, 'nested deeper than 64');
  });

  it('refuses what is nested a hundred thousand deep without further ado', () => {
    expect(() => parseJson(nested(100_000))).to.throw();
    expect(() => parseJson('['.repeat(100_000))).to.throw(RangeError, 'nested deeper than 64');
  });

  it('reads 40,000 values, in one list or in many, and refuses one more', () => {
    expect(maxValues).to.equal(40_000);
    const list = (length: number) => `[${Array(length).fill('1').join()}]`;
    const lists = (count: number) => `[${Array(count).fill('[]').join()}]`;
    expect(parseJson(list(39_999))).to.have.length(39_999);
    expect(parseJson(lists(19_999))).to.have.length(19_999); // a list counts for two
    expect(() => parseJson(list(40_000))).to.throw(RangeError, /^more than 40000 values$/);
    expect(() => parseJson(lists(20_000))).to.throw(RangeError, /^more than 40000 values$/);
  });

  it('reads 1,024 members of an object, and refuses one more at any depth', () => {
    expect(maxMembers).to.equal(1024);
    const object = (count: number) => `{${Array.from({ length: count }, (_, n) => `"k${n}":[1,2]`).join()}}`;
    expect(parseJson(object(1024))).to.have.property('k1023');
    for (const text of [object(1025), `{"a":[${object(1025)}]}`])
      expect(() => parseJson(text)).to.throw(RangeError, /^more than 1024 members in one object$/);
  });

  it('counts nothing that stands in a string', () => {
    for (const text of [',', '[', '{', '\\"', '\\\\', '\\",[{'].map((part) => `["${part.repeat(50_000)}",[{}]]`))
      expect(parseJson(text)).to.deep.equal(JSON.parse(text));
  });

  it('stops counting at the first bound that is passed, whatever follows', () => {
    for (const text of ['[1'.repeat(99), `[${'1,'.repeat(50_000)}`, `{${'"a":1,'.repeat(2000)}`])
      expect(() => parseJson(text)).to.throw(RangeError);
    for (const text of [',', '1,2', '],', '"', '"\\', ']', '}}}', '{"a":1,'])
      expect(() => parseJson(text)).to.throw(SyntaxError, 'not JSON');
  });

  it('refuses a key named __proto__ at every depth, whatever its value', () => {
    const texts = ['{"__proto__":{"a":1}}', '{"a":[{"__proto__":1}]}', '{"__proto__":null}', '{"\\u005f_proto__":{}}'];
    for (const text of texts) expect(() => parseJson(text)).to.throw(RangeError, /^a key named __proto__$/);
    expect(Object.getOwnPropertyNames(Object.prototype)).not.to.include('a');
  });
});

describe('isObject', () => {
  it('tells objects from everything else', () => {
    expect([{}, { a: 1 }, Object.create(null)].map(isObject)).to.deep.equal([true, true, true]);
    expect([null, undefined, [], 'a', 1, true].map(isObject)).to.deep.equal([false, false, false, false, false, false]);
  });
});

describe('withKeys', () => {
  it('spells the known keys as given, however they came, and passes over others', () => {
    expect(withKeys({ SYSTEMID: 'u', Version: 7, Other: 1 }, ['version', 'systemId'])).to.deep.equal({
      systemId: 'u',
      version: 7,
    });
  });

  it('gives the object itself where every key is spelled right', () => {
    const object = { version: 7 };
    expect(withKeys(object, ['version', 'systemId'])).to.equal(object);
  });

  it('takes keys that every object seems to have for ordinary ones', () => {
    const object = { constructor: 1, toString: 2, hasOwnProperty: 3 };
    expect(withKeys(object, ['version'])).to.deep.equal({});
    expect(withKeys({ CONSTRUCTOR: 1, ...object }, ['toString'])).to.deep.equal({ toString: 2 });
  });
});

describe('memberOf', () => {
  it('gives the member as it is spelled, or else in any case', () => {
    expect(memberOf({ MESSAGETYPE: 1, messageType: 2 }, 'messageType')).to.equal(2);
    expect(memberOf({ other: 1, MessageTYPE: 2 }, 'messageType')).to.equal(2);
    expect(memberOf({}, 'messageType')).to.equal(undefined);
  });

  it('gives nothing that every object seems to have', () => {
    expect(memberOf({}, 'constructor')).to.equal(undefined);
  });
});

describe('asString', () => {
  it('reads scalars as text and nothing else', () => {
    expect(['a', '', 7, 1.5, true, false].map(asString)).to.deep.equal(['a', '', '7', '1.5', 'true', 'false']);
    for (const value of [null, undefined, [], {}, ['a']]) expect(asString(value)).to.equal(undefined);
  });
});

describe('asNumber', () => {
  it('reads numbers and their text and nothing else', () => {
    expect([7, -1.5, Infinity, '7', ' 7 ', '-1.5', '1e400'].map(asNumber)).to.deep.equal([
      7,
      -1.5,
      Infinity,
      7,
      7,
      -1.5,
      Infinity,
    ]);
    for (const value of [NaN, '', ' ', 'seven', '7 s', true, null, undefined, [], [7], {}])
      expect(asNumber(value)).to.equal(undefined);
  });
});
