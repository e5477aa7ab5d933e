import { asNumber, asString } from './read.js';
import { readDuration } from './duration.js';
import type { Schema } from './schema.js';
import { fromWireTime } from './wire-time.js';

/** Reads a text, a number or a boolean. */
export interface ScalarReader {
  /** The value as the schema wants it, converted from another kind where that can be done; else undefined. */
  readonly read: (value: unknown) => string | number | boolean | undefined;
  /** What is wrong with a value that cannot be read. */
  readonly otherwise: string;
}

/** Gives the reader of a schema that describes neither an object nor a list. */
export const scalarReader = (schema: Schema): ScalarReader => {
  switch (schema.type) {
    case 'boolean':
      return { read: asBoolean, otherwise: 'is neither true nor false' };
    case 'integer':
    case 'number':
      return numberReader(schema);
    default:
      return textReader(schema);
  }
};

const booleans: ReadonlyMap<unknown, boolean> = new Map<unknown, boolean>([
  ['true', true],
  ['1', true],
  [1, true],
  ['false', false],
  ['0', false],
  [0, false],
]);

const asBoolean = (value: unknown): boolean | undefined =>
  typeof value === 'boolean' ? value : booleans.get(typeof value === 'string' ? value.toLowerCase() : value);

const numberReader = ({ type, minimum = -Infinity, maximum = Infinity, wire }: Schema): ScalarReader => {
  const convert = wire === 'duration' ? readDuration : asNumber;
  const within = (number: number) => Number.isFinite(number) && number >= minimum && number <= maximum;
  const whole = type === 'integer';
  return {
    read: (value) => {
      const number = convert(value);
      if (number === undefined || !within(number)) return undefined;
      return whole ? Math.trunc(number) : number;
    },
    otherwise: `is no ${whole ? 'integer' : 'number'}${minimum === -Infinity ? '' : ` of ${minimum} or more`}`,
  };
};

const textReader = ({ const: only, enum: values, format, wire, maxLength = Infinity }: Schema): ScalarReader => {
  if (only !== undefined) return { read: (value) => (value === only ? only : undefined), otherwise: `is not ${only}` };
  if (values !== undefined) {
    const known: ReadonlySet<unknown> = new Set(values);
    return {
      read: (value) => (known.has(value) ? (value as string) : undefined),
      otherwise: `is none of ${values.join(', ')}`,
    };
  }
  if (format === 'date-time')
    return { read: (value) => (typeof value === 'string' ? fromWireTime(value) : undefined), otherwise: 'is no time' };
  const convert = wire === 'sha256' ? hexOfDigest : (text: string) => text;
  return {
    read: (value) => {
      const text = asString(value);
      return text === undefined || text.length > maxLength ? undefined : convert(text);
    },
    otherwise: maxLength === Infinity ? 'is no text' : `is no text of at most ${maxLength} characters`,
  };
};

/** 32 bytes as base64 end in one `=`, as hex they never do. */
const hexOfDigest = (text: string): string =>
  /^[A-Za-z0-9+/]{43}=$/.test(text) ? Buffer.from(text, 'base64').toString('hex') : text;
