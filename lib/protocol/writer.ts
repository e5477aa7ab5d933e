import { resolve, type Schema } from './schema.js';
import { toWireTime } from './wire-time.js';

/** Returns the wire form of a value that fits its schema: a copy, or the value itself if that is its form. */
export type Write = (value: unknown) => unknown;

type Members = Readonly<Record<string, unknown>>;

/** Returns the writer of a schema. */
export const compileWriter = (schema: Schema): Write => {
  const { properties, additionalProperties, items, oneOf, discriminator, format, wire } = resolve(schema);
  if (properties !== undefined) return objectWriter(properties);
  if (additionalProperties) return (value) => ({ ...(value as Members) });
  if (items !== undefined) return arrayWriter(compileWriter(items));
  if (oneOf !== undefined) return unionWriter(oneOf, discriminator?.propertyName ?? '');
  if (format === 'date-time') return (value) => toWireTime(value as string);
  return wire === 'rounded' ? (value) => Math.round(value as number) : (value) => value;
};

const arrayWriter =
  (write: Write): Write =>
  (value) =>
    Array.from(value as readonly unknown[], write);

const unionWriter = (options: readonly Schema[], tag: string): Write => {
  const writers = new Map<unknown, Write>(
    options.map((option) => [resolve(option).properties?.[tag]?.const, compileWriter(option)]),
  );
  return (value) => writers.get((value as Members)[tag])?.(value);
};

const objectWriter = (properties: Readonly<Record<string, Schema>>): Write => {
  const fields = Object.entries(properties).map(([name, schema]) => ({
    name,
    omitEmpty: resolve(schema).wire === 'omitEmpty',
    write: compileWriter(schema),
  }));
  return (value) => {
    const written: Record<string, unknown> = {};
    for (const { name, omitEmpty, write } of fields) {
      const member = (value as Members)[name];
      if (member !== undefined && !(omitEmpty && isEmpty(member))) written[name] = write(member);
    }
    return written;
  };
};

const isEmpty = (value: unknown): boolean => {
  if (Array.isArray(value)) return value.length === 0;
  return typeof value === 'object' && value !== null ? Object.keys(value).length === 0 : value === '';
};
