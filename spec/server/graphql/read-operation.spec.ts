import { expect } from 'chai';
import { parse, valueFromASTUntyped } from 'graphql';
import fc from 'fast-check';
import { readOperation } from '../../../lib/server/graphql/read-operation.js';
import { DocumentError } from '../../../lib/server/graphql/tokens.js';

const read = (query: string, variables: Record<string, unknown> = {}, name?: string) =>
  readOperation(query, variables, name);

describe('readOperation', () => {
  it('reads the topic, its arguments as params, and the name of the value', () => {
    expect(read('subscription { mode }')).to.deep.equal({ topic: 'mode', name: 'mode', params: {} });
    expect(
      read('subscription Watch { shown: units(sort: "-cpu", page: 2, all: true, none: null, kind: A, w: -1.5e3) }'),
    ).to.deep.equal({
      topic: 'units',
      name: 'shown',
      params: { sort: '-cpu', page: 2, all: true, none: null, kind: 'A', w: -1500 },
    });
  });

  it('fills in variables: what is given, else the default; without one the param is left out', () => {
    const query =
      'subscription S($a: Int!, $b: [String!]! = ["x"], $c: Int, $d: Int = 4) { t(a: $a, b: $b, c: $c, in: [$c, {d: $d, c: $c}]) }';
    expect(read(query, { a: 1, d: null }, 'S').params).to.deep.equal({ a: 1, b: ['x'], in: [null, { d: null }] });
    expect(() => read(query, {})).to.throw(DocumentError, '$a is required');
    expect(() => read('subscription { t(a: $a) }', { a: 1 })).to.throw(DocumentError, '$a is not declared');
  });

  it('reads texts, comments and commas as GraphQL does', () => {
    const query = String.raw`# one
      subscription { t(a: "\" \\ \u00fc 	é", , b: []) } # two`;
    expect(read(query).params).to.deep.equal({ a: '" \\ ü \té', b: [] });
  });

  it('reads any value as the package graphql does', () => {
    const name = fc.constantFrom('a', 'b', '_c', 'proto__', '__proto__');
    const text = fc.string({ unit: 'grapheme' }).map((value) => JSON.stringify(value));
    const { value } = fc.letrec<{ value: string }>((tie) => ({
      value: fc.oneof(
        { maxDepth: 4 },
        fc.integer().map(String),
        fc.double({ noNaN: true, noDefaultInfinity: true }).map((number) => JSON.stringify(number)),
        text,
        fc.constantFrom('true', 'false', 'null', 'ENUM'),
        fc.array(tie('value'), { maxLength: 3 }).map((items) => `[${items.join(' ')}]`),
        fc
          .uniqueArray(fc.tuple(name, tie('value')), { selector: ([key]) => key, maxLength: 3 })
          .map((members) => `{${members.map(([key, item]) => `${key}: ${item}`).join()}}`),
      ),
    }));
    fc.assert(
      fc.property(value, (written) => {
        const query = `subscription { t(v: ${written}) }`;
        const [operation] = parse(query).definitions as unknown as [
          { selectionSet: { selections: [{ arguments: [{ value: never }] }] } },
        ];
        const right: unknown = valueFromASTUntyped(operation.selectionSet.selections[0].arguments[0].value);
        expect(JSON.stringify(read(query).params)).to.equal(JSON.stringify({ v: right }));
      }),
    );
  });

  it('fails with DocumentError, and nothing else, on any other text', () => {
    const pieces = [
      'subscription',
      '{',
      '}',
      '(',
      ')',
      '[',
      ']',
      '$',
      'a',
      ':',
      '"x"',
      '"',
      '1',
      '...',
      '@',
      '!',
      '=',
      '#',
    ];
    fc.assert(
      fc.property(fc.array(fc.oneof(fc.constantFrom(...pieces), fc.string()), { maxLength: 30 }), (parts) => {
        try {
          read(`subscription {${parts.join(' ')}`);
        } catch (error) {
          expect(error).to.be.instanceOf(DocumentError);
        }
      }),
    );
  });

  const refused: readonly [query: string, message: string][] = [
    ['', 'only subscriptions are served'],
    ['query { a }', 'only subscriptions are served'],
    ['fragment F on S { a } subscription { ...F }', 'only subscriptions are served'],
    ['subscription { ...F }', 'fragments are not served'],
    ['subscription { a b }', 'one field'],
    ['subscription { a } subscription B { b }', 'one operation'],
    ['subscription { a @skip(if: true) }', 'directives are not served'],
    ['subscription { a { b } }', 'no fields to select'],
    ['subscription { a(b: 1, b: 2) }', 'b is given twice'],
    ['subscription { a(b: """x""") }', 'cannot be read'],
    ['subscription { a(b: 01) }', 'cannot be read'],
    ['subscription { a(b: "x', 'cannot be read'],
    ['subscription { a', 'one field'],
    ['subscription { }', 'a name should be'],
    [`subscription { a(b: ${'['.repeat(40)}`, 'depth of 32'],
    [`subscription ($a: ${'['.repeat(40)}) { a }`, 'depth of 32'],
    [`subscription { a } #${'x'.repeat(16_384)}`, 'at most 16384 characters'],
  ];
  for (const [query, message] of refused)
    it(`refuses ${query.slice(0, 40)}`, () => {
      expect(() => read(query)).to.throw(DocumentError, message);
    });

  it('refuses the name of an operation that is not there', () => {
    expect(() => read('subscription A { a }', {}, 'B')).to.throw(DocumentError, 'no operation B');
  });
});
