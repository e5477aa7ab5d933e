import type { Dropped } from './envelope.js';
import { isObject, memberOf, type JsonObject } from './read.js';
import { scalarReader } from './scalar-reader.js';
import { resolve, type Schema } from './schema.js';

/** The position of the reader in a message, and what it has left out of it. */
export interface Progress {
  readonly path: (string | number)[];
  /** The number of parts of the path that count. */
  depth: number;
  readonly dropped: Dropped[];
  /** The number of parts that were left out and are not listed. */
  unlisted: number;
}

/** The reason why a value cannot be read, and its path, as far as it is listed. */
export class Unreadable {
  readonly path: string;
  readonly reason: string;

  constructor(progress: Progress, reason: string) {
    this.path = progress.dropped.length === mostListed ? '' : pointer(progress);
    this.reason = reason;
  }
}

/** The number of parts that are listed: a message with a million bad items must not have each of them described. */
const mostListed = 100;

/**
 * Returns a value that came as the schema describes it, or the reason why that is not possible: the value itself where it is
 * like that already, with as much as can be kept of what is inside it where it is not.
 */
export type Read = (value: unknown, progress: Progress) => unknown;

const pointer = ({ path, depth }: Progress): string =>
  path
    .slice(0, depth)
    .map((part) => `/${part}`)
    .join('');

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
  const place = pointer(progress);
  const inside = path.slice(place.length + 1);
  progress.dropped.push({ path: place, reason: inside === '' ? reason : `${inside} ${reason}` });
};

const arrayReader =
  (readItem: Read, orOne: boolean): Read =>
  (value, progress) => {
    const came: unknown = orOne && isObject(value) ? [value] : value;
    if (!Array.isArray(came)) return new Unreadable(progress, 'is no list');
    const items = came as readonly unknown[];
    const { path } = progress;
    const depth = ++progress.depth;
    let changed: unknown[] | undefined; // a copy, from the first item on that is not as it came
    for (let index = 0; index < items.length; index++) {
      path[depth - 1] = index;
      const read = readItem(items[index], progress);
      if (read === items[index]) changed?.push(read);
      else if (read instanceof Unreadable) {
        changed ??= items.slice(0, index);
        progress.depth = depth;
        drop(progress, read);
      } else {
        changed ??= items.slice(0, index);
        changed.push(read);
      }
    }
    progress.depth = depth - 1;
    return changed ?? items;
  };

/** Refuses what had names none of which could be read: without any it would mean something else. */
const namedReader =
  (readObject: Read): Read =>
  (value, progress) => {
    const read = readObject(value, progress);
    if (read instanceof Unreadable || 'id' in (read as object) || 'codename' in (read as object)) return read;
    const isNameless = names.every((name) => (memberOf(value as JsonObject, name) ?? null) === null);
    return isNameless ? read : new Unreadable(progress, 'has neither an id nor a codename that can be read');
  };

const names = ['id', 'codename'] as const;

interface Field {
  readonly name: string;
  /** Its place in the order of the protocol. */
  readonly place: number;
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
  const fields = Object.entries(properties).map(([name, schema], place): Field => {
    const { wire, default: fallback } = resolve(schema);
    const isRequired = required.includes(name);
    return {
      name,
      place,
      read: valueReader(schema),
      isRequired,
      fallback,
      isExpendable: wire === 'lenient' || isExpendable({ isRequired }),
    };
  });
  const needed = fields.filter(({ isRequired }) => isRequired);
  const fieldOf = fieldFinder(fields);

  return (value, progress) => {
    if (!isObject(value)) return new Unreadable(progress, 'is no object');
    const { path } = progress;
    const depth = ++progress.depth;
    let changed: Record<string, unknown> | undefined; // a copy, from the first member on that does not stay as it came
    let found = 0; // of those that are needed
    let next = 0;
    for (const key in value) {
      const member = value[key];
      const usual = fields[next];
      const field = usual?.name === key ? usual : fieldOf(key);
      if (field === undefined || member === null) {
        changed ??= membersBefore(value, key);
        continue;
      }
      const { name, place } = field;
      next = place + 1;
      if (name !== key) changed ??= membersBefore(value, key);
      if (changed?.[name] !== undefined) continue;
      path[depth - 1] = name;
      const read = field.read(member, progress);
      if (read instanceof Unreadable) {
        if (!field.isExpendable) return read;
        changed ??= membersBefore(value, key);
        progress.depth = depth;
        drop(progress, read);
        continue;
      }
      if (read !== member) changed ??= membersBefore(value, key);
      if (changed !== undefined) changed[name] = read;
      if (field.isRequired) found++;
    }
    if (found < needed.length) {
      changed ??= { ...value };
      const missing = addFallbacks(changed, needed);
      if (missing !== undefined) {
        path[depth - 1] = missing;
        return new Unreadable(progress, 'is missing');
      }
    }
    progress.depth = depth - 1;
    return changed ?? value;
  };
};

/** Adds the defaults of what is missing. Returns the first name that has none. */
const addFallbacks = (object: Record<string, unknown>, needed: readonly Field[]): string | undefined => {
  for (const { name, fallback } of needed) {
    if (object[name] !== undefined) continue;
    if (fallback === undefined) return name;
    object[name] = fallback;
  }
  return undefined;
};

/** Finds a field by its key, however the sender spelled it. */
const fieldFinder = (fields: readonly Field[]): ((key: string) => Field | undefined) => {
  const bySpelling = new Map(
    fields.flatMap((field) => [field.name, field.name.toLowerCase()].map((name) => [name, field])),
  );
  const longestName = Math.max(0, ...fields.map(({ name }) => name.length));
  return (key) => (key.length > longestName ? undefined : (bySpelling.get(key) ?? bySpelling.get(key.toLowerCase())));
};

/** A new object of the members that come before this one. */
const membersBefore = (object: JsonObject, key: string): Record<string, unknown> => {
  const copy: Record<string, unknown> = {};
  for (const each in object) {
    if (each === key) break;
    copy[each] = object[each];
  }
  return copy;
};
