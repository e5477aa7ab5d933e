import { expect } from 'chai';
import { longestLine, readLine, RefusedLine } from '../../../lib/cli/io/read-line.js';

const read = (text: string | Uint8Array): unknown => readLine({ number: 1, bytes: Buffer.from(text) });

describe('readLine', () => {
  it('reads a message, with or without id and policy, nulls included', () => {
    for (const line of [
      { data: { messageType: 'alerts', items: [null] } },
      { data: { messageType: 'alerts', x: null }, id: '', policy: 'sendOnly' },
    ])
      expect(read(`${JSON.stringify(line)}\r`)).to.deep.equal(line);
  });

  it('takes no notice of a blank line', () => {
    for (const line of ['', '  ', '\r']) expect(read(line)).to.equal(undefined);
  });

  const deep = `{"data":{"messageType":"alerts","x":${'['.repeat(100_000)}${']'.repeat(100_000)}}}`;
  const refused: readonly (readonly [line: string | Uint8Array, reason: string])[] = [
    ['hush', 'not JSON'],
    ['{"data":{"messageType":"alerts"}', 'not JSON'],
    [Uint8Array.of(0x22, 0xff, 0x22), 'not UTF-8'],
    ['[]', 'not a JSON object'],
    ['null', 'not a JSON object'],
    ['{}', 'no data, which is to be a JSON object'],
    ['{"data":[]}', 'no data, which is to be a JSON object'],
    ['{"messageType":"alerts","items":[]}', 'no data, into which the message goes: {"data":{"messageType":...}}'],
    ['{"data":{}}', 'no messageType in data, which is to be a text'],
    ['{"data":{"messageType":7}}', 'no messageType in data, which is to be a text'],
    ['{"data":{"messageType":"alerts"},"id":7}', 'an id that is no text'],
    ['{"data":{"messageType":"alerts"},"policy":"x"}', 'a policy other than expectAck and sendOnly'],
    ['{"data":{"messageType":"alerts"},"schema":"x"}', 'a schema other than strict and open'],
    [
      '{"data":{"messageType":"alerts"},"hush":1}',
      'a key other than data, id, policy, schema, lane, ttl, coalesceKey, overflow, keep',
    ],
    [deep, 'nested deeper than 64'],
  ];
  for (const [line, reason] of refused)
    it(`refuses ${String(line).slice(0, 60)}: ${reason}`, () => {
      expect(read(line)).to.deep.equal(new RefusedLine(reason));
    });

  it('gives the id of a line that it refuses, where that is a text', () => {
    const data = { messageType: 'alerts' };
    const reasons = ['no data, which is to be a JSON object', 'a policy other than expectAck and sendOnly'];
    expect(read('{"id":"a"}')).to.deep.equal(new RefusedLine(String(reasons[0]), 'a'));
    expect(read(JSON.stringify({ id: 'b', data, policy: 'x' }))).to.deep.equal(
      new RefusedLine(String(reasons[1]), 'b'),
    );
    expect(read(JSON.stringify({ id: ['c'], data }))).to.deep.equal(new RefusedLine('an id that is no text'));
    expect(read(deep.replace('{', '{"id":"d",'))).to.deep.equal(new RefusedLine('nested deeper than 64', 'd'));
  });

  it('reads a line with a byte order mark, and names UTF-16', () => {
    const line = '{"data":{"messageType":"alerts"}}';
    expect(read(`\ufeff${line}\r`)).to.deep.equal(JSON.parse(line));
    expect(read('\ufeff\r')).to.equal(undefined);
    for (const bytes of [`\ufeff${line}`, line, 'x'].map((text) => Buffer.from(text, 'utf16le'))) {
      expect(read(bytes)).to.deep.equal(new RefusedLine('UTF-16 and not UTF-8'));
      expect(read(bytes.swap16())).to.deep.equal(new RefusedLine('UTF-16 and not UTF-8'));
    }
  });

  it('refuses a line that was too long to be kept', () => {
    expect(readLine({ number: 1, bytes: undefined })).to.deep.equal(
      new RefusedLine(`longer than ${longestLine} bytes`),
    );
  });

  it('reads what is nested 64 deep', () => {
    const nested = (depth: number) => `{"data":{"messageType":"alerts","x":${'['.repeat(depth)}${']'.repeat(depth)}}}`;
    expect(read(nested(63))).to.be.an('object');
    expect(read(nested(64))).to.deep.equal(new RefusedLine('nested deeper than 64'));
  });
});
