import { resolve, type Schema } from '../lib/protocol/schema.js';

/**
 * The source of a module with a function for each of these messages that writes one which is in its wire form already: keys
 * in their order, nothing to round or to leave out. What is no plain object, list, text or number is left to `JSON.stringify`.
 */
export const writersOf = (messages: ReadonlyMap<string, Schema>): string => {
  const functions = new Functions();
  const entries = [...messages].map(([name, schema]) => `${name}: ${functions.of(schema)}`);
  const head = `import { listed, quoted } from '../wire-text.js';`;
  return [head, ...functions.sources, `export const writers = { ${entries.join(', ')} };`, ''].join('\n');
};

/** A piece of code that is a text: `text` is known now, `code` gives it at run time. */
type Piece = { readonly text: string } | { readonly code: string };

/** The functions that are needed, each once. */
class Functions {
  readonly sources: string[] = [];
  readonly #names = new Map<Schema, string>();

  /** The name of the function that writes a value. */
  of(schema: Schema): string {
    const meant = resolve(schema);
    const known = this.#names.get(meant);
    if (known !== undefined) return known;
    const name = `write${this.#names.size}`;
    this.#names.set(meant, name);
    const { properties = {}, required = [] } = meant;
    const pieces = isClosed(meant) ? this.#members(properties, required) : [this.#value(meant, 'v')];
    this.sources.push(`const ${name} = (v) => ${joined(pieces)};`);
    return name;
  }

  /** A comma stands before each key behind the first that is always there, and after those in front of it. */
  #members(properties: Readonly<Record<string, Schema>>, required: readonly string[]): Piece[] {
    const names = Object.keys(properties);
    const always = names.findIndex((name) => required.includes(name));
    const pieces = Object.entries(properties).flatMap(([name, schema], index): Piece[] => {
      const key = { text: `${index > always ? ',' : ''}${JSON.stringify(name)}:` };
      const member = [key, this.#value(resolve(schema), `v.${name}`), ...(index < always ? [{ text: ',' }] : [])];
      return required.includes(name) ? member : [{ code: `(v.${name} === undefined ? '' : ${joined(member)})` }];
    });
    return [{ text: '{' }, ...pieces, { text: '}' }];
  }

  #value(schema: Schema, of: string): Piece {
    const { type, properties, additionalProperties, items, oneOf, format } = schema;
    if (schema.const !== undefined) return { text: JSON.stringify(schema.const) };
    if ((properties && !isClosed(schema)) || additionalProperties || oneOf) return { code: `JSON.stringify(${of})` };
    if (properties) return { code: `${this.of(schema)}(${of})` };
    if (items) return { code: `listed(${of}, ${this.of(items)})` };
    if (type === 'string') return { code: format ? `'"' + ${of} + '"'` : `quoted(${of})` };
    return { code: of };
  }
}

/** True for an object that always has some key: without any there is no telling where a comma goes. */
const isClosed = ({ properties = {}, required = [] }: Schema): boolean =>
  Object.keys(properties).some((name) => required.includes(name));

/** One expression; neighbours that are known now are one text. */
const joined = (pieces: readonly Piece[]): string => {
  const parts: Piece[] = [];
  for (const piece of pieces) {
    const last = parts.at(-1);
    if (last && 'text' in last && 'text' in piece) parts[parts.length - 1] = { text: last.text + piece.text };
    else parts.push(piece);
  }
  const code = parts.map((part) => ('text' in part ? `'${part.text.replace(/[\\']/g, '\\$&')}'` : part.code));
  return 'text' in (parts[0] ?? {}) ? code.join(' + ') : `'' + ${code.join(' + ')}`;
};
