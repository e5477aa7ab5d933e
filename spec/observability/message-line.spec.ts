import { expect } from 'chai';
import fc from 'fast-check';
import { messageLine } from '../../lib/observability/message-line.js';
import { redactMessage } from '../../lib/observability/redact-message.js';
import { parseJson, type JsonObject } from '../../lib/protocol/read.js';

const bytes = (text: string): Uint8Array => new TextEncoder().encode(text);
const ack =
  '{"header":{"version":7,"systemId":"u","createdAt":"2026-03-02T08:15:30.120450Z","txn":"5f0e-1"},"data":{"messageType":"ack"}}';

describe('messageLine', () => {
  it('is TX or RX, the JSON of the message, and the end of a line', () => {
    const frame = '{"header":{"version":7,"txn":"ä"},"data":{"messageType":"alerts","items":[]}}';
    for (const text of [frame, ack]) {
      expect(messageLine('TX', text)).to.equal(`TX: ${text}\n`);
      expect(messageLine('RX', bytes(text))).to.equal(`RX: ${text}\n`);
    }
  });

  it('is one line, whatever is in it', () => {
    expect(messageLine('RX', bytes('{\r\n\t"header": {"txn":"a\u2028\\n\\u001b"}\n}'))).to.equal(
      'RX: {"header":{"txn":"a\\u2028\\n\\u001b"}}\n',
    );
    expect(messageLine('RX', bytes('{"x\u2028":1}'))).to.equal('RX: {"***":"***"}\n');
  });

  for (const [what, frame, shown] of [
    ['text', 'password: hush', '14 bytes, not JSON'],
    ['JSON that is cut off', '{"data":{"messageType":"x","password":"hush', '43 bytes, not JSON'],
    ['a dictionary of Python', "{'password': 'hush', 'ä': 1}", '29 bytes, not JSON'],
    ['a form', 'token=hush&password=hush', '24 bytes, not JSON'],
    ['YAML', 'unitSecrets:\n  secret: hush\n', '28 bytes, not JSON'],
    ['XML', '<password>hush</password>', '25 bytes, not JSON'],
    ['a list', '["hush"]', '8 bytes, not a JSON object'],
    ['a text in JSON', '"hush"', '6 bytes, not a JSON object'],
    ['null', 'null', '4 bytes, not a JSON object'],
  ] as const)
    it(`shows only the size and the kind of ${what}`, () => {
      expect(messageLine('TX', frame)).to.equal(`TX: ${shown}\n`);
      expect(messageLine('RX', bytes(frame))).to.equal(`RX: ${shown}\n`);
    });

  it('shows only the size and the kind of what is not UTF-8', () => {
    expect(messageLine('RX', Uint8Array.of(0x7b, 0xff, 0x7d))).to.equal('RX: 3 bytes, not UTF-8\n');
    expect(messageLine('RX', Buffer.from('{"password":"hush"}', 'utf16le'))).to.equal(
      'RX: 38 bytes, UTF-16 and not UTF-8\n',
    );
  });

  it('takes no ack for one that has more in it than an ack', () => {
    for (const [from, to] of [
      ['"ack"', '"ack","password":"hush"'],
      ['"5f0e-1"', '"https://host/?hush"'],
      ['{"header"', '{"hush":1,"header"'],
    ] as const)
      expect(JSON.parse(messageLine('RX', bytes(ack.replace(from, to))).slice(4))).to.deep.equal(
        redactMessage(JSON.parse(ack.replace(from, to)) as Record<string, unknown>),
      );
  });

  it('shows no more of a frame that is too much to be read', () => {
    const members = Array.from({ length: 2000 }, (_, n) => `"hush${n}":1`).join(',');
    expect(messageLine('RX', bytes(`{${members}}`))).to.match(/^RX: \d+ bytes, more than \d+ members in one object\n$/);
  });

  it('is what redactMessage() leaves, whatever the message', () => {
    fc.assert(
      fc.property(fc.dictionary(fc.string(), fc.jsonValue()), (message) => {
        const json = JSON.stringify(message);
        fc.pre(!json.includes('__proto__'));
        const shown = JSON.stringify(redactMessage(parseJson(json) as JsonObject));
        expect(JSON.parse(messageLine('TX', json).slice(4))).to.deep.equal(JSON.parse(shown));
      }),
    );
  });
});
