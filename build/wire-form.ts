import { _, type CodeKeywordDefinition } from 'ajv';
import type { Schema } from '../lib/protocol/schema.js';

/** The schema of nothing but the form in which the values of a schema go on the wire. */
export const wireForm = (schema: Schema): object => {
  const { wire, type, properties, additionalProperties, items, oneOf, ...rest } = schema;
  return {
    ...rest,
    ...(type && { type: wire === 'rounded' ? 'integer' : type }),
    ...(wire === 'omitEmpty' && atLeastOne(type)),
    ...(properties && { inOrder: Object.keys(properties), properties: mapped(properties) }),
    ...(additionalProperties && { plain: true, additionalProperties }),
    ...(items && { plain: true, items: wireForm(items) }),
    ...(oneOf && { oneOf: oneOf.map(wireForm) }),
  };
};

const mapped = (properties: Readonly<Record<string, Schema>>): object =>
  Object.fromEntries(Object.entries(properties).map(([name, schema]) => [name, wireForm(schema)]));

const atLeastOne = (type: Schema['type']): object =>
  type === 'string' ? { minLength: 1 } : type === 'array' ? { minItems: 1 } : { minProperties: 1 };

/** Checks that a list or a map goes into JSON as it is. */
export const plain: CodeKeywordDefinition = {
  keyword: 'plain',
  type: ['object', 'array'],
  schemaType: 'boolean',
  code: (cxt) => {
    cxt.pass(_`${cxt.data}.toJSON === undefined`);
  },
};

/** Checks that an object has no other keys than these, in this order, and goes into JSON as it is. */
export const inOrder: CodeKeywordDefinition = {
  keyword: 'inOrder',
  type: 'object',
  schemaType: 'array',
  code: (cxt) => {
    const { gen, data } = cxt;
    const names = cxt.schema as readonly string[];
    const next = gen.let('next', 0);
    const ordered = gen.let('ordered', _`${data}.toJSON === undefined`);
    gen.forIn('key', data, (key) => {
      const rank = gen.let('rank', -1);
      gen.if(false);
      for (const [n, name] of names.entries()) gen.elseIf(_`${key} === ${name}`).assign(rank, n);
      gen.endIf();
      gen.if(_`${rank} < ${next}`, () => gen.assign(ordered, false).break());
      gen.assign(next, rank);
    });
    cxt.pass(ordered);
  },
};
