import type { Dropped } from './envelope.js';
import { isObject, memberOf, type JsonObject } from './read.js';
import { scalarReader } from './scalar-reader.js';
import { resolve, type Schema } from './schema.js';

/** The position of the reader in a message, and what it has left out of it. */
export interface Progress {
  readonly path: (string | number)[];
  readonly dropped: Dropped[];
  /** The number of parts that were left out and are not listed. */
  unlisted: number;
}

/** The reason why a value cannot be read, and its path, as far as it is listed. */
export class Unreadable {
  readonly path: string;
  readonly reason: string;

  constructor({ path, dropped }: Progress, reason: string) {
    this.path = dropped.length === mostListed ? '' : pointer(path);
    this.reason = reason;
  }
}

/** The number of parts that are listed: a message with a million bad items must not have each of them described. */
const mostListed = 100;

/**
 * Returns a new value as the schema describes it, made of a value that came, or the reason why that is not possible.
 */
export type Read = (value: unknown, progress: Progress) => unknown;

const pointer = (path: readonly (string | number)[]): string => path.map((part) => `/${part}`).join('');

/**
 * Returns the reader of a message. A part that cannot be read costs the item of a list that contains it, or else the
 * optional member of the message; it costs the whole message only if neither contains it. A `lenient` part costs
 * nothing but itself.
 */
export const compileReader = (schema: Schema): Read =>
  objectReader(schema.properties ?? {}, schema.required ?? [], ({ isRequired }) => !isRequired);

const valueReader = (schema: Schema): Read => {
  const resolved = resolve(schema);
  const { properties, required = [], items, wire } = resolved;
  if (properties !== undefined) {
    const read = objectReader(properties, required, () => false);
    return wire === 'named' ? namedReader(read) : read;
  }
  if (items !== undefined) return arrayReader(valueReader(items), wire === 'oneOrMany');
  const { read, otherwise } = scalarReader(resolved);
  return (value, progress) => read(value) ?? new Unreadable(progress, otherwise);
};

const drop = (progress: Progress, { path, reason }: Unreadable): void => {
  if (progress.dropped.length === mostListed) {
    progress.unlisted++;
    return;
  }
  const place = pointer(progress.path);
  const inside = path.slice(place.length + 1);
  progress.dropped.push({ path: place, reason: inside === '' ? reason : `${inside} ${reason}` });
};

const arrayReader =
  (readItem: Read, orOne: boolean): Read =>
  (value, progress) => {
    const items: unknown = orOne && isObject(value) ? [value] : value;
    if (!Array.isArray(items)) return new Unreadable(progress, 'is no list');
    const { path } = progress;
    const depth = path.push(0);
    const result: unknown[] = [];
    for (const [index, item] of (items as readonly unknown[]).entries()) {
      path[depth - 1] = index;
      const read = readItem(item, progress);
      if (!(read instanceof Unreadable)) {
        result.push(read);
        continue;
      }
      path.length = depth;
      drop(progress, read);
    }
    path.length = depth - 1;
    return result;
  };

/** Refuses what had names none of which could be read: without any it would mean something else. */
const namedReader =
  (readObject: Read): Read =>
  (value, progress) => {
    const read = readObject(value, progress);
    if (read instanceof Unreadable || names.some((name) => Reflect.has(read as object, name))) return read;
    const isNameless = names.every((name) => (memberOf(value as JsonObject, name) ?? null) === null);
    return isNameless ? read : new Unreadable(progress, 'has neither an id nor a codename that can be read');
  };

const names = ['id', 'codename'] as const;

interface Field {
  readonly name: string;
  readonly read: Read;
  readonly isRequired: boolean;
  readonly fallback: Schema['default'];
  /** True if the object can do without the member when that cannot be read. */
  readonly isExpendable: boolean;
}

const objectReader = (
  properties: Readonly<Record<string, Schema>>,
  required: readonly string[],
  isExpendable: (field: Pick<Field, 'isRequired'>) => boolean,
): Read => {
  const fields = Object.entries(properties).map(([name, schema]): Field => {
    const { wire, default: fallback } = resolve(schema);
    const isRequired = required.includes(name);
    return {
      name,
      read: valueReader(schema),
      isRequired,
      fallback,
      isExpendable: wire === 'lenient' || isExpendable({ isRequired }),
    };
  });
  const bySpelling = new Map(
    fields.flatMap((field) => [field.name, field.name.toLowerCase()].map((name) => [name, field])),
  );
  const longestName = Math.max(0, ...fields.map(({ name }) => name.length));
  const needed = fields.filter(({ isRequired }) => isRequired);

  return (value, progress) => {
    if (!isObject(value)) return new Unreadable(progress, 'is no object');
    const { path } = progress;
    const depth = path.push('');
    const result: Record<string, unknown> = {};
    for (const key in value) {
      const member = value[key];
      if (member === null || key.length > longestName) continue;
      const field = bySpelling.get(key) ?? bySpelling.get(key.toLowerCase());
      if (field === undefined || result[field.name] !== undefined) continue;
      path[depth - 1] = field.name;
      const read = field.read(member, progress);
      if (!(read instanceof Unreadable)) {
        result[field.name] = read;
        continue;
      }
      if (!field.isExpendable) return read;
      path.length = depth;
      drop(progress, read);
    }
    for (const { name, fallback } of needed) {
      if (result[name] !== undefined) continue;
      path[depth - 1] = name;
      if (fallback === undefined) return new Unreadable(progress, 'is missing');
      result[name] = fallback;
    }
    path.length = depth - 1;
    return result;
  };
};
