import { Ajv } from 'ajv';
import { expect } from 'chai';
import { messageSchemas } from '../../lib/protocol/message-schemas.js';
import { cloudMessageTypes, unitMessageTypes } from '../../lib/protocol/message-types.js';
import { definitionSchemas, resolve, type Schema } from '../../lib/protocol/schema.js';
import { validatorOf } from '../../lib/protocol/validator.js';
import { wireFormOf } from '../../lib/protocol/wire-form.js';

const all: readonly (readonly [name: string, schema: Schema])[] = [
  ...messageSchemas,
  ...Object.entries(definitionSchemas),
];

/** The schema and every schema in it, each with its place. */
const within = (place: string, schema: Schema): (readonly [place: string, schema: Schema])[] => [
  [place, schema],
  ...Object.entries(schema.properties ?? {}).flatMap(([name, member]) => within(`${place}.${name}`, member)),
  ...(schema.items ? within(`${place}[]`, schema.items) : []),
  ...(schema.oneOf ?? []).flatMap((option, n) => within(`${place}|${n}`, option)),
];
const everywhere = all.flatMap(([name, schema]) => within(name, schema));

describe('the schemas', () => {
  it('are 26: those of the cloud, those of the unit, ack and nack', () => {
    expect([...messageSchemas.keys()].sort()).to.deep.equal(
      ['ack', 'nack', ...cloudMessageTypes, ...unitMessageTypes].sort(),
    );
    expect(messageSchemas.size).to.equal(26);
  });

  it('are JSON Schema, but for keywords of our own', () => {
    const ajv = new Ajv({ strict: true, discriminator: true });
    ajv.addVocabulary(['wire', 'maxBytes', 'secret']);
    for (const [name, schema] of all) expect([name, ajv.validateSchema(schema)]).to.deep.equal([name, true]);
  });

  for (const type of messageSchemas.keys())
    it(`compile strictly: ${type}`, () => {
      expect(validatorOf(type)).to.be.a('function');
      expect(wireFormOf(type)).to.be.a('function');
    });

  it('begin with messageType and correlationId', () => {
    for (const [type, { properties = {} }] of messageSchemas) {
      expect(Object.keys(properties).slice(0, 2)).to.deep.equal(['messageType', 'correlationId']);
      expect(properties['messageType']).to.deep.equal({ const: type });
    }
  });

  it('are closed, and require nothing that they do not describe', () => {
    const loose = everywhere.filter(
      ([, { properties, required = [], additionalProperties }]) =>
        properties && (additionalProperties !== false || required.some((name) => !(name in properties))),
    );
    expect(loose.map(([place]) => place)).to.deep.equal([]);
  });

  it('require what has a default: it is always filled in', () => {
    const wrong = everywhere.filter(([, { properties = {}, required = [] }]) =>
      Object.entries(properties).some(
        ([name, member]) => resolve(member).default !== undefined && !required.includes(name),
      ),
    );
    expect(wrong.map(([place]) => place)).to.deep.equal([]);
  });

  it('define nothing that is not used', () => {
    const used = new Set(everywhere.map(([, { $ref }]) => $ref));
    expect(Object.keys(definitionSchemas).filter((name) => !used.has(name))).to.deep.equal([]);
  });

  it('are of no effect on the types: names that every object seems to have are no types', () => {
    for (const name of ['__proto__', 'constructor', 'toString', 'hasOwnProperty', ''])
      expect(validatorOf(name)).to.equal(undefined);
  });
});
