import { expect } from 'chai';
import * as fc from 'fast-check';
import { unitMessageTypes } from '../../lib/protocol/message-types.js';
import { messageSchemas } from '../../lib/protocol/message-schemas.js';
import { resolve, type Schema } from '../../lib/protocol/schema.js';
import { wireFormOf, writeWireForm } from '../../lib/protocol/wire-form.js';
import { unitData } from '../support/wire-examples.js';

type Message = Record<string, unknown> & { readonly messageType: string };

const awkward = [
  '"',
  '\\',
  '\n',
  '\u0000',
  '\u007f',
  'é',
  '\u2028',
  '😀',
  '\ud800',
  '',
  'a'.repeat(300),
  `${'a'.repeat(300)}"`,
];
const texts = fc.oneof(
  fc.string(),
  fc.string({ unit: 'binary' }),
  fc.tuple(fc.string({ maxLength: 3 }), fc.constantFrom(...awkward)).map(([text, more]) => text + more),
);

/** Values that fit a schema, mostly; keys in their order. */
const valuesOf = (schema: Schema): fc.Arbitrary<unknown> => {
  const {
    type,
    properties,
    required = [],
    additionalProperties,
    items,
    oneOf,
    format,
    pattern,
    wire,
  } = resolve(schema);
  const { const: only, enum: values } = resolve(schema);
  if (only !== undefined) return fc.constant(only);
  if (values) return fc.constantFrom(...values);
  if (oneOf) return fc.oneof(...oneOf.map(valuesOf));
  if (properties) return objectsOf(properties, required);
  if (additionalProperties) return fc.dictionary(texts, valuesOf(additionalProperties), { minKeys: 1, maxKeys: 3 });
  if (items) return fc.array(valuesOf(items), { minLength: wire === 'omitEmpty' ? 1 : 0, maxLength: 3 });
  if (format) return fc.constant('2026-03-02T08:15:30.000000Z');
  if (pattern !== undefined) return fc.stringMatching(new RegExp(pattern));
  if (type === 'boolean') return fc.boolean();
  return type === 'string' ? texts : fc.oneof(fc.nat(), fc.constantFrom(0, -0, 1, 1e15, Number.MAX_SAFE_INTEGER));
};

const objectsOf = (properties: Readonly<Record<string, Schema>>, required: readonly string[]): fc.Arbitrary<object> => {
  const members = Object.entries(properties).map(([name, member]) =>
    fc.tuple(
      fc.constant(name),
      required.includes(name) ? valuesOf(member) : fc.option(valuesOf(member), { nil: undefined }),
    ),
  );
  return fc
    .tuple(fc.tuple(...members), fc.boolean())
    .map(([all, isAbsent]) => Object.fromEntries(isAbsent ? all.filter(([, value]) => value !== undefined) : all));
};

describe('writeWireForm', () => {
  for (const type of unitMessageTypes) {
    it(`writes the example of ${type} as JSON.stringify does`, () => {
      expect(writeWireForm({ ...unitData(type) })).to.equal(JSON.stringify(unitData(type)));
    });

    it(`writes whatever ${type} is in its wire form as JSON.stringify does`, () => {
      const isInWireForm = (data: Message) => wireFormOf(type)?.(data) === true;
      const messages = (valuesOf(messageSchemas.get(type) ?? {}) as fc.Arbitrary<Message>).filter(isInWireForm);
      const writesTheSame = fc.property(messages, (data) => {
        expect(writeWireForm(data)).to.equal(JSON.stringify(data));
      });
      fc.assert(writesTheSame, { numRuns: 200 });
    });
  }

  it('writes a type without a function of its own as JSON.stringify does', () => {
    expect(writeWireForm({ messageType: 'requestLog' })).to.equal('{"messageType":"requestLog"}');
    expect(writeWireForm({ messageType: 'constructor' })).to.equal('{"messageType":"constructor"}');
  });
});
