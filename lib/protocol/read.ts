/** The deepest nesting of arrays and objects that is read; deeper messages harm whoever walks them. */
export const maxDepth = 64;

/** A JSON object as it came, its keys in any case. */
export type JsonObject = Readonly<Record<string, unknown>>;

/** Whether a value is a JSON object: neither null nor an array. */
export const isObject = (value: unknown): value is JsonObject =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/**
 * The value of a JSON text without the members that are null (the protocol's way to say absent).
 *
 * @throws SyntaxError or RangeError with a message that quotes nothing of the text: it may hold secrets
 */
export const parseJson = (text: string): unknown => {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    throw new SyntaxError('not JSON');
  }
  strip(value);
  return value;
};

const strip = (root: unknown): void => {
  let level: unknown[] = [root];
  for (let depth = 0; level.length > 0; depth++) {
    if (depth >= maxDepth && level.some((value) => typeof value === 'object'))
      throw new RangeError(`nested deeper than ${maxDepth}`);
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

/** The object with each of the `known` keys spelled as given here, however the sender spelled it. */
export const withKeys = (object: JsonObject, known: readonly string[]): JsonObject => {
  if (Object.keys(object).every((key) => known.includes(key))) return object;
  const spelling = new Map(known.map((key) => [key.toLowerCase(), key]));
  return Object.fromEntries(
    Object.entries(object).map(([key, value]) => [spelling.get(key.toLowerCase()) ?? key, value]),
  );
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
