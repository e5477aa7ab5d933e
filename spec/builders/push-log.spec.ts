import { gunzipSync } from 'node:zlib';
import { expect } from 'chai';
import fc from 'fast-check';
import { absentLog, failedLog, pushLog } from '../../lib/builders/push-log.js';
import { writeMessage } from '../../lib/protocol/write-message.js';

const origin = { correlationId: 'log-31', node: { codename: 'gw-main' } };
const contents = (log: Uint8Array | string, partSize?: number): string[] =>
  Array.from(pushLog(origin, log, { ...(partSize && { partSize }) }), ({ content }) =>
    gunzipSync(Buffer.from(content, 'base64')).toString(),
  );

describe('pushLog', () => {
  it('makes one message of a small log', () => {
    const [data, ...more] = pushLog(origin, 'one line\n');
    expect(data).to.include({ correlationId: 'log-31', part: 1, partsCount: 1, status: 'ok' });
    expect(contents('one line\n')).to.deep.equal(['one line\n']);
    expect(more).to.deep.equal([]);
  });

  it('cuts a large one at the end of a line, or where there is none at the size', () => {
    expect(contents('a1\nb2\nc3\n', 4)).to.deep.equal(['a1\n', 'b2\n', 'c3\n']);
    expect(contents('abcdefgh', 3)).to.deep.equal(['abc', 'def', 'gh']);
    expect(
      Array.from(pushLog(origin, 'abcd', { partSize: 2 }), ({ part, partsCount }) => [part, partsCount]),
    ).to.deep.equal([
      [1, 2],
      [2, 2],
    ]);
  });

  it('loses no byte of any log', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme' }), fc.integer({ min: 1, max: 20 }), (log, partSize) => {
        const parts = Array.from(pushLog(origin, log, { partSize }), ({ content }) => content);
        const bytes = parts.filter(Boolean).map((part) => gunzipSync(Buffer.from(part, 'base64')));
        expect(Buffer.concat(bytes).toString()).to.equal(log);
      }),
    );
  });

  it('writes base64 without line breaks, which send takes', () => {
    const noise = Array.from({ length: 20_000 }, (_, n) => String.fromCharCode(33 + ((n * n) % 90))).join('');
    for (const data of pushLog(origin, noise)) {
      expect(data.content.length).to.be.greaterThan(72);
      expect(writeMessage(data)).to.match(/"content":"[A-Za-z0-9+/]+={0,2}","status":"ok"}$/);
    }
  });

  it('says of an empty log that it is empty', () => {
    expect(Array.from(pushLog(origin, ''), writeMessage)).to.deep.equal([
      '{"messageType":"pushLog","correlationId":"log-31","node":{"codename":"gw-main"},"part":1,"partsCount":1,' +
        '"content":"","status":"empty"}',
    ]);
  });

  it('compresses a part when it is asked for, as often as it is asked', () => {
    const parts = pushLog(origin, 'ab', { partSize: 1 });
    expect([...parts].map(({ part }) => part)).to.deep.equal([1, 2]);
    expect([...parts]).to.have.length(2);
  });
});

describe('absentLog', () => {
  it('is one part that says so', () => {
    expect(writeMessage(absentLog(origin))).to.contain('"part":1,"partsCount":1,"content":"","status":"absent"}');
  });
});

describe('failedLog', () => {
  it('says why, and is part 0 of 0', () => {
    const error = Object.assign(new Error('no such file'), { errno: -2 });
    expect(writeMessage(failedLog(origin, error))).to.contain(
      '"part":0,"partsCount":0,"content":"","status":"error","errorInfo":{"aosCode":2,"exitCode":2,"message":"no such file"}}',
    );
  });

  it('goes without a correlationId where the request had none', () => {
    expect(writeMessage(failedLog({ ...origin, correlationId: undefined }, 'no'))).not.to.contain('correlationId');
  });
});
