import { resolve, type Schema } from '../../lib/protocol/schema.js';
import { isObject, typeText } from './type-text.js';

/** A field of a message or of one of its parts. */
export interface Field {
  /** The name, within objects without a name of their own too: `filter.from`, `certificates[].serial`. */
  readonly name: string;
  readonly isRequired: boolean;
  /** The values, in Markdown. */
  readonly type: string;
  readonly description: string;
}

/** The fields of an object in the order of the wire, and the names of the definitions that they refer to. */
export const fieldsOf = (
  schema: Schema,
  path: string,
  comments: ReadonlyMap<string, string>,
  prefix = '',
): readonly Field[] => {
  const { properties = {}, required = [] } = schema;
  return Object.entries(properties).flatMap(([key, member]) => {
    const own = `${path}/properties/${key}`;
    const name = `${prefix}${key}`;
    const field = {
      name,
      isRequired: required.includes(key),
      type: typeText(member),
      description: comments.get(own) ?? '',
    };
    return [field, ...inner(member, own, name, comments)];
  });
};

/** The fields of what has no name of its own. */
const inner = (schema: Schema, path: string, name: string, comments: ReadonlyMap<string, string>): readonly Field[] => {
  if (schema.$ref !== undefined) return [];
  if (schema.items) return inner(schema.items, `${path}/items`, `${name}[]`, comments);
  if (typeof schema.additionalProperties === 'object')
    return inner(schema.additionalProperties, `${path}/additionalProperties`, `${name}.*`, comments);
  return isObject(schema) ? fieldsOf(schema, path, comments, `${name}.`) : [];
};

/** The names of the objects that a schema refers to, and those that these refer to, in the order they are met. */
export const objectsIn = (schema: Schema, found: Set<string> = new Set<string>()): ReadonlySet<string> => {
  const { $ref, items, oneOf = [], properties = {}, additionalProperties } = schema;
  if ($ref !== undefined) {
    const meant = resolve(schema);
    if (found.has($ref)) return found;
    if (isObject(meant)) found.add($ref);
    return objectsIn(meant, found);
  }
  const further = [items, additionalProperties, ...oneOf, ...Object.values(properties)];
  for (const part of further) if (typeof part === 'object') objectsIn(part, found);
  return found;
};
