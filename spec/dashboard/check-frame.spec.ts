import { Ajv } from 'ajv';
import { expect } from 'chai';
import { misfitOf } from '../../lib/dashboard/check-frame.js';
import type { Schema } from '../../lib/protocol/schema.js';
import * as schemas from '../../lib/protocol/subscription/schemas.js';

type Message = Readonly<Record<string, unknown>> & { readonly messageType: string };

/** Values of all kinds, the last of them for no member at all. */
const values = [null, true, 'text', '', -1, 0, 1.5, 7, Infinity, 2 ** 60, [], {}, { s1: 3 }, { s1: -3 }, undefined];
const unread = ['messageType', 'limits', 'thinned', 'drainMs', 'slow'];
const read = [
  schemas.welcome,
  schemas.snapshot,
  schemas.resumed,
  schemas.update,
  schemas.heartbeat,
  schemas.ping,
  schemas.pong,
  schemas.ended,
  schemas.goaway,
] as const;

const valueOf = ({ type, additionalProperties }: Schema): unknown => {
  if (type === 'object') return additionalProperties ? { s1: 3 } : {};
  return type === 'string' ? 'text' : type === 'boolean' ? true : 7;
};
const whole = (schema: (typeof read)[number]): Message => {
  const members = Object.entries<Schema>(schema.properties).map(([name, member]) => ({ [name]: valueOf(member) }));
  return { ...Object.assign({}, ...members), messageType: schema.properties.messageType.const } as Message;
};
/** 2 ** 60 is an integer, but none that a page can count with. */
const isSafe = (value: unknown) => value !== 2 ** 60;

const fits = (message: Message) => misfitOf(message) === undefined;

describe('what a page reads', () => {
  const ajv = new Ajv({ strict: true });
  const cases = read.flatMap((schema) => {
    const message = whole(schema);
    const { messageType } = message;
    const validate = ajv.compile(schema);
    const required: readonly string[] = schema.required;
    return Object.keys(schema.properties)
      .filter((name) => !unread.includes(name))
      .map((name) => ({ name, message, messageType, validate, isOptional: !required.includes(name) }));
  });

  for (const { name, message, messageType, validate, isOptional } of cases)
    it(`is a ${messageType} whose ${name} fits the schema`, () => {
      const changed = values.filter(isSafe).map((value): Message => ({ ...message, [name]: value }));
      const isAbsent = (each: Message) => isOptional && each[name] === null; // some servers write null for nothing
      expect(changed.map((each) => fits(each))).to.deep.equal(changed.map((each) => isAbsent(each) || validate(each)));
      expect(changed.some((each) => fits(each))).to.equal(true);
    });

  it('counts no further than a number can', () => {
    expect(fits({ ...whole(schemas.snapshot), offset: 2 ** 60 })).to.equal(false);
  });

  it('is nothing of what it does not know', () => {
    expect(fits({ messageType: 'weather' })).to.equal(false);
    expect(misfitOf({ messageType: 'constructor' })).to.equal(false);
    expect(fits(whole(schemas.welcome))).to.equal(true);
  });
});
