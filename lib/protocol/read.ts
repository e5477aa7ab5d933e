/** The deepest nesting of arrays and objects that is read; deeper messages harm code that walks them. */
export const maxDepth = 64;

/** The most values that are read in one JSON text, an object or a list counted as two: twice what the largest message of the protocol has. */
export const maxValues = 40_000;

/** The most members of one object that are read. */
export const maxMembers = 1024;

/** A JSON object as it came, its keys in any case. */
export type JsonObject = Readonly<Record<string, unknown>>;

/** True if a value is a JSON object: neither null nor an array. */
export const isObject = (value: unknown): value is JsonObject =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/**
 * The value of a JSON text without the members that are null (the protocol's way to say absent). The cost of reading a
 * text is bounded by {@link maxValues}, {@link maxMembers} and {@link maxDepth}, in addition to its size.
 *
 * @throws SyntaxError or RangeError with a message that quotes nothing of the text: it may hold secrets
 */
export const parseJson = (text: string): unknown => {
  checkExtent(text); // a parser takes hundreds of times as long
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    throw new SyntaxError('not JSON');
  }
  strip(value);
  return value;
};

const quote = '"'.charCodeAt(0);
const backslash = '\\'.charCodeAt(0);
const comma = ','.charCodeAt(0);
const openBracket = '['.charCodeAt(0);
const closeBracket = ']'.charCodeAt(0);
const openBrace = '{'.charCodeAt(0);
const closeBrace = '}'.charCodeAt(0);

/**
 * Counts what there is in a JSON text without parsing it, up to the first bound that is passed.
 *
 * @throws RangeError
 */
const checkExtent = (text: string): void => {
  const commas: number[] = []; // of each object and array that is open, those of an array below 0
  let values = 1;
  const count = () => {
    if (++values > maxValues) throw new RangeError(`more than ${maxValues} values`);
  };
  for (let at = 0; at < text.length; at++) {
    switch (text.charCodeAt(at)) {
      case quote:
        for (at++; at < text.length && text.charCodeAt(at) !== quote; at++) if (text.charCodeAt(at) === backslash) at++;
        break;
      case comma: {
        count();
        const top = commas.length - 1;
        if (top < 0) throw new SyntaxError('not JSON');
        const before = commas[top] ?? 0;
        if (before + 2 > maxMembers) throw new RangeError(`more than ${maxMembers} members in one object`);
        if (before >= 0) commas[top] = before + 1;
        break;
      }
      case openBrace:
      case openBracket:
        count();
        if (commas.push(text.charCodeAt(at) === openBrace ? 0 : -1) > maxDepth)
          throw new RangeError(`nested deeper than ${maxDepth}`);
        break;
      case closeBrace:
      case closeBracket:
        commas.pop();
    }
  }
};

const strip = (root: unknown): void => {
  let level: unknown[] = [root];
  while (level.length > 0) {
    const below: unknown[] = [];
    for (const value of level) {
      if (Array.isArray(value)) {
        for (const item of value as unknown[]) if (typeof item === 'object' && item !== null) below.push(item);
      } else if (isObject(value)) {
        for (const key in value) {
          const member = value[key];
          if (key === '__proto__') throw new RangeError('a key named __proto__');
          if (member === null) Reflect.deleteProperty(value, key);
          else if (typeof member === 'object') below.push(member);
        }
      }
    }
    level = below;
  }
};

/** The `known` members of the object, spelled as given here, however the sender spelled them. */
export const withKeys = (object: JsonObject, known: readonly string[]): JsonObject => {
  if (Object.keys(object).every((key) => known.includes(key))) return object;
  const spelling = new Map(known.map((key) => [key.toLowerCase(), key]));
  const longest = Math.max(...known.map(({ length }) => length));
  const result: Record<string, unknown> = {};
  // Others are passed over, as a sender may add any number of them.
  for (const key in object) {
    const name = key.length > longest ? undefined : spelling.get(key.toLowerCase());
    if (name !== undefined) result[name] = object[key];
  }
  return result;
};

/** The member of this name, however the sender spelled it. */
export const memberOf = (object: JsonObject, name: string): unknown => {
  if (Object.hasOwn(object, name)) return object[name];
  const lower = name.toLowerCase();
  for (const key in object) if (key.length === name.length && key.toLowerCase() === lower) return object[key];
  return undefined;
};

/** A string, where a scalar came: numbers and booleans are read as text. */
export const asString = (value: unknown): string | undefined =>
  typeof value === 'string'
    ? value
    : typeof value === 'number' || typeof value === 'boolean'
      ? String(value)
      : undefined;

/** A number, where a number or its text came; it may be infinite. */
export const asNumber = (value: unknown): number | undefined => {
  const number = typeof value === 'string' && value.trim() !== '' ? Number(value) : value;
  return typeof number === 'number' && !Number.isNaN(number) ? number : undefined;
};
