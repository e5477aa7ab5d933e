import * as definitions from './schemas/definitions.js';

/**
 * The difference between a value on the wire and the value that an app sees. Read: `duration` in any notation, returned
 * in seconds; `base64` with white space or of the URL alphabet, returned without and of the usual one; `compact` with
 * white space, returned without; `sha256` as hex or base64, returned as hex; `oneOrMany` as a list or its only item,
 * returned as a list; `lenient` as absent where it cannot be read; `named` as long as one of its names can be read.
 * Written: `rounded` to an integer; `omitEmpty` not at all where it is empty.
 */
export type WireForm =
  'duration' | 'base64' | 'compact' | 'sha256' | 'oneOrMany' | 'lenient' | 'named' | 'rounded' | 'omitEmpty';

/** The part of JSON Schema in which the messages are described; `wire`, `maxBytes` and `secret` are keywords of our own. */
export interface Schema {
  readonly $ref?: string;
  readonly type?: 'object' | 'array' | 'string' | 'integer' | 'number' | 'boolean';
  readonly const?: string;
  readonly enum?: readonly string[];
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly required?: readonly string[];
  readonly additionalProperties?: false | Schema;
  readonly items?: Schema;
  readonly maxItems?: number;
  readonly oneOf?: readonly Schema[];
  readonly discriminator?: { readonly propertyName: string };
  readonly minLength?: number;
  readonly maxLength?: number;
  /** The number of bytes that a text in base64 may decode to; for reading. */
  readonly maxBytes?: number;
  readonly pattern?: string;
  readonly format?: 'date-time';
  readonly minimum?: number;
  readonly maximum?: number;
  readonly default?: string | number | boolean;
  readonly wire?: WireForm;
  /** Never shown: in no log, no event, no trace. */
  readonly secret?: true;
}

/** The schemas that others refer to by name. */
export const definitionSchemas: Readonly<Record<string, Schema>> = definitions;

/** The schema that is meant, which may be one of the definitions. */
export const resolve = (schema: Schema): Schema => {
  const { $ref } = schema;
  if ($ref === undefined) return schema;
  const definition = definitionSchemas[$ref];
  if (definition === undefined) throw new Error(`the schemas define no ${$ref}`);
  return definition;
};
