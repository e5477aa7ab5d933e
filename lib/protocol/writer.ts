import { resolve, type Schema } from './schema.js';
import { isUsualTime, toWireTime } from './wire-time.js';

/** Brings a value that fits its schema into the form that goes on the wire. */
export interface Writer {
  /** Whether the value has that form already, as most have. */
  readonly isWritten: (value: unknown) => boolean;
  /** A copy in that form; the value itself stays as it is. */
  readonly write: (value: unknown) => unknown;
}

type Members = Readonly<Record<string, unknown>>;

interface Field {
  readonly name: string;
  readonly omitEmpty: boolean;
  readonly writer: Writer | undefined;
  /** Whether a value may have another form than the one that goes on the wire. */
  readonly varies: boolean;
}

/** Gives the writer of a schema; undefined where every value goes out as it is. */
export const compileWriter = (schema: Schema): Writer | undefined => {
  const { properties, items, oneOf, discriminator, format, wire } = resolve(schema);
  if (properties !== undefined) return objectWriter(properties);
  if (items !== undefined) return arrayWriter(compileWriter(items));
  if (oneOf !== undefined) return unionWriter(oneOf, discriminator?.propertyName ?? '');
  if (format === 'date-time') return timeWriter;
  return wire === 'rounded' ? roundingWriter : undefined;
};

const timeWriter: Writer = {
  isWritten: (value) => isUsualTime(value as string),
  write: (value) => toWireTime(value as string),
};

const roundingWriter: Writer = {
  isWritten: Number.isInteger,
  write: (value) => Math.round(value as number),
};

const arrayWriter = (item: Writer | undefined): Writer | undefined =>
  item && {
    isWritten: (value) => {
      for (const each of value as readonly unknown[]) if (!item.isWritten(each)) return false;
      return true;
    },
    write: (value) => (value as readonly unknown[]).map(item.write),
  };

const unionWriter = (options: readonly Schema[], tag: string): Writer => {
  const writers = new Map<unknown, Writer | undefined>(
    options.map((option) => [resolve(option).properties?.[tag]?.const, compileWriter(option)]),
  );
  const of = (value: unknown) => writers.get((value as Members)[tag]);
  return {
    isWritten: (value) => of(value)?.isWritten(value) ?? true,
    write: (value) => of(value)?.write(value) ?? value,
  };
};

const objectWriter = (properties: Readonly<Record<string, Schema>>): Writer => {
  const fields = Object.entries(properties).map(([name, schema]): Field => {
    const omitEmpty = resolve(schema).wire === 'omitEmpty';
    const writer = compileWriter(schema);
    return { name, omitEmpty, writer, varies: omitEmpty || writer !== undefined };
  });
  const isFieldWritten = ({ omitEmpty, writer }: Field, member: unknown): boolean =>
    member === undefined || (!(omitEmpty && isEmpty(member)) && (writer === undefined || writer.isWritten(member)));
  return {
    isWritten: (value) => {
      if ((value as { toJSON?: unknown }).toJSON !== undefined) return false;
      // Both are in the same order, or else the fields end before the keys do.
      let next = 0;
      for (const name in value as Members) {
        let field = fields[next++];
        while (field !== undefined && field.name !== name) field = fields[next++];
        if (field === undefined) return false;
        if (field.varies && !isFieldWritten(field, (value as Members)[name])) return false;
      }
      return true;
    },
    write: (value) => {
      const written: Record<string, unknown> = {};
      for (const { name, omitEmpty, writer } of fields) {
        const member = (value as Members)[name];
        if (member === undefined || (omitEmpty && isEmpty(member))) continue;
        written[name] = writer === undefined ? member : writer.write(member);
      }
      return written;
    },
  };
};

const isEmpty = (value: unknown): boolean => {
  if (Array.isArray(value)) return value.length === 0;
  return typeof value === 'object' && value !== null ? Object.keys(value).length === 0 : value === '';
};
