import { asNumber, asString } from './read.js';
import { readDuration } from './duration.js';
import type { Schema } from './schema.js';
import { fromWireTime } from './wire-time.js';

/** Reads a text, a number or a boolean. */
export interface ScalarReader {
  /** The value as the schema wants it, converted from another kind where that can be done; else undefined. */
  readonly read: (value: unknown) => string | number | boolean | undefined;
  /** The reason why a value cannot be read. */
  readonly otherwise: string;
}

/** Returns the reader of a schema that describes neither an object nor a list. */
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

const textReader = (schema: Schema): ScalarReader => {
  const { const: only, enum: values, format, wire, maxLength = Infinity } = schema;
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
  if (wire === 'base64') return base64Reader(schema);
  const convert = wire === 'sha256' ? hexOfDigest : wire === 'compact' ? compact : (text: string) => text;
  return {
    read: (value) => {
      const given = asString(value);
      const text = given === undefined || given.length > mostSpread * maxLength ? undefined : convert(given);
      return text === undefined || text.length > maxLength ? undefined : text;
    },
    otherwise: maxLength === Infinity ? 'is no text' : `is no text of at most ${maxLength} characters`,
  };
};

/** The part of a text that is examined, as a multiple of the length that it may have: white space is included. */
const mostSpread = 4;

/** Base64 is often broken into lines, and what breaks it often leaves a last line break. */
const compact = (text: string): string => text.replace(/\s+/g, '');

/** 32 bytes are 43 characters of base64 and a `=`; as hex they are 64. */
const hexOfDigest = (text: string): string => {
  const digest = compact(text);
  return /^[A-Za-z0-9+/_-]{43}=?$/.test(digest) ? Buffer.from(digest, 'base64').toString('hex') : digest;
};

const base64Reader = ({ maxBytes = Infinity }: Schema): ScalarReader => ({
  read: (value) => {
    const given = asString(value);
    if (given === undefined || given.length > mostSpread * (maxBytes + 3) * (4 / 3)) return undefined;
    const text = usualBase64(compact(given));
    return Math.floor((withoutPadding(text).length * 3) / 4) > maxBytes ? undefined : text;
  },
  otherwise: `is no base64 of at most ${maxBytes} bytes`,
});

/** With the alphabet and the padding that every decoder takes. What is no base64 stays as it is, for the app to judge. */
const usualBase64 = (text: string): string => {
  const digits = withoutPadding(text);
  if (!/^[A-Za-z0-9+/_-]*$/.test(digits) || digits.length % 4 === 1) return text;
  const usual = digits.replaceAll('-', '+').replaceAll('_', '/');
  return usual.padEnd(Math.ceil(usual.length / 4) * 4, '=');
};

/** Without a regular expression, which would take quadratic time for a text of many `=`. */
const withoutPadding = (text: string): string => {
  let end = text.length;
  while (text[end - 1] === '=') end--;
  return text.slice(0, end);
};
