import * as definitions from './schemas/definitions.js';

/**
 * How a value differs on the wire from what an app deals with. Read: `duration` in any notation, given in seconds;
 * `base64` with white space or of the URL alphabet, given without and of the usual one; `compact` with white space, given
 * without; `sha256` as hex or base64, given as hex; `oneOrMany` as a list or its only item, given as a list; `lenient` as
 * absent where it cannot be read; `named` as long as one of its names can be read. Written: `rounded` to an integer;
 * `omitEmpty` not at all where it is empty.
 */
export type Wire =
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
  /** How many bytes a text in base64 may stand for; for reading. */
  readonly maxBytes?: number;
  readonly pattern?: string;
  readonly format?: 'date-time';
  readonly minimum?: number;
  readonly maximum?: number;
  readonly default?: string | number | boolean;
  readonly wire?: Wire;
  /** Never shown: in no log, no event, no trace. */
  readonly secret?: true;
}

type Definitions = typeof definitions;

/** The type of the values that a schema describes, an absent member being one that is undefined. */
export type FromSchema<S> = S extends { readonly $ref: infer Name extends keyof Definitions }
  ? FromSchema<Definitions[Name]>
  : S extends { readonly const: infer Value }
    ? Value
    : S extends { readonly enum: readonly (infer Value)[] }
      ? Value
      : S extends { readonly oneOf: readonly (infer Option)[] }
        ? FromOption<Option>
        : S extends { readonly items: infer Item }
          ? readonly FromSchema<Item>[]
          : S extends { readonly properties: infer Members; readonly required: readonly (infer Required)[] }
            ? FromMembers<Members, Required>
            : S extends { readonly properties: infer Members }
              ? FromMembers<Members, never>
              : S extends { readonly additionalProperties: infer Member }
                ? Readonly<Record<string, FromSchema<Member>>>
                : S extends { readonly type: infer Name extends keyof Scalars }
                  ? Scalars[Name]
                  : unknown;

type FromOption<Option> = Option extends unknown ? FromSchema<Option> : never;

type FromMembers<Members, Required> = Flat<
  { readonly [Name in keyof Members as Name extends Required ? Name : never]: FromSchema<Members[Name]> } & {
    readonly [Name in keyof Members as Name extends Required ? never : Name]?: FromSchema<Members[Name]> | undefined;
  }
>;

/** One object type instead of an intersection: that is what an editor is to show. */
type Flat<T> = T extends infer Members ? { [Name in keyof Members]: Members[Name] } : never;

interface Scalars {
  readonly string: string;
  readonly integer: number;
  readonly number: number;
  readonly boolean: boolean;
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
