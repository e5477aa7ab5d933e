import { expect } from 'chai';
import fc from 'fast-check';
import { messageLine } from '../../lib/observability/message-line.js';
import { redact } from '../../lib/observability/redact.js';
import { secretNames } from '../../lib/observability/secret-names.js';

const bytes = (text: string): Uint8Array => new TextEncoder().encode(text);

describe('messageLine', () => {
  it('is TX or RX, the JSON as it is, and the end of a line', () => {
    const frame = '{"header":{"version":7,"txn":"ä"},"data":{"messageType":"alerts","items":[1.50]}}';
    expect(messageLine('TX', frame)).to.equal(`TX: ${frame}\n`);
    expect(messageLine('RX', bytes(frame))).to.equal(`RX: ${frame}\n`);
  });

  it('is one line, also for JSON in several', () => {
    expect(messageLine('RX', bytes('{\r\n\t"a": 1\n}'))).to.equal('RX: {   "a": 1 }\n');
    expect(messageLine('RX', bytes('x\nTX: {}\u2028\u001b[2J'))).to.equal('RX: x TX: {}\\u2028\\u001b[2J\n');
  });

  it('shows what is not UTF-8 as well as it can', () => {
    expect(messageLine('RX', Uint8Array.of(0x7b, 0xff, 0x7d))).to.equal('RX: {\ufffd}\n');
  });

  for (const [what, frame, shown] of [
    ['a secret name', '{"authToken":"hush","a":1}', '{"authToken":"***","a":1}'],
    ['a secret that is no text', '{"a":[{"Block-Key":{"x":["hush"]}}]}', '{"a":[{"Block-Key":"***"}]}'],
    ['an escaped name', '{"\\u0070assword":"hush"}', '{"password":"***"}'],
    ['a name with the Kelvin sign', '{"\u212aey":"hush"}', '{"\u212aey":"***"}'],
    ['a bearer token', '{"a":"Bearer\\thush"}', '{"a":"Bearer\\t***"}'],
    ['a URL with a password', '{"a":"https:\\/\\/joe:hush@host/"}', '{"a":"https://***@host/"}'],
    ['a URL with a token', '{"a":"https://host/?token=hush"}', '{"a":"https://host/?token=***"}'],
    ['what is not JSON', '{"password":"hush"', '{"password":"***"'],
  ] as const)
    it(`replaces the secret in ${what}`, () => {
      expect(messageLine('TX', frame)).to.equal(`TX: ${shown}\n`);
    });

  it('leaves out what redact() leaves out, whatever the message', () => {
    const name = fc.oneof(
      fc.string(),
      fc.constantFrom(...secretNames, 'Auth-Token', 'block_key', '-KEY-', 'items'),
      fc.tuple(fc.string({ maxLength: 2 }), fc.constantFrom(...secretNames)).map((parts) => parts.join('')),
    );
    const value = fc.letrec<{ any: unknown }>((tie) => ({
      any: fc.oneof(
        { maxDepth: 3 },
        fc.string({ unit: 'binary' }),
        fc
          .tuple(fc.constantFrom('?token=', 'bearer ', 'https://u:'), fc.string())
          .map((parts) => `${parts.join('')}@x`),
        fc.integer(),
        fc.dictionary(name, tie('any')),
        fc.array(tie('any')),
      ),
    })).any;
    fc.assert(
      fc.property(fc.dictionary(name, value), (message) => {
        const json = JSON.stringify(message);
        expect(JSON.parse(messageLine('TX', json).slice(4))).to.deep.equal(redact(JSON.parse(json)));
      }),
    );
  });
});
