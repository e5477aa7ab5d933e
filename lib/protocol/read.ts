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
  checkExtent(new TextEncoder().encode(text));
  return withoutNulls(parseUnchecked(text));
};

/**
 * The value of a JSON text of any extent, its members that are null included.
 *
 * @throws SyntaxError with a message that quotes nothing of the text
 */
export const parseUnchecked = (text: string): unknown => {
  try {
    return JSON.parse(text);
  } catch {
    throw new SyntaxError('not JSON');
  }
};

/** A text of so many bytes is parsed in a fifth of a millisecond at most, whatever is in it. */
export const mostUnchecked = 4096;

/**
 * Counts what there is in a JSON text without parsing it, up to the first bound that is passed: a parser takes hundreds of
 * times as long.
 *
 * @param text - In UTF-8, which takes half the time that its characters take.
 * @throws SyntaxError or RangeError
 */
export const checkExtent = (text: Uint8Array): void => {
  const commas: number[] = []; // of each object and array that is open, those of an array below 0
  let values = 1;
  const count = () => {
    if (++values > maxValues) throw new RangeError(`more than ${maxValues} values`);
  };
  for (let at = 0; at < text.length; at++) {
    switch (text[at]) {
      case 0x22: // a quotation mark; numbers, as named constants take twice the time
        for (at++; at < text.length && text[at] !== 0x22; at++) if (text[at] === 0x5c) at++;
        break;
      case 0x2c: {
        count();
        const top = commas.length - 1;
        if (top < 0) throw new SyntaxError('not JSON');
        const before = commas[top] ?? 0;
        if (before + 2 > maxMembers) throw new RangeError(`more than ${maxMembers} members in one object`);
        if (before >= 0) commas[top] = before + 1;
        break;
      }
      case 0x7b: // an object
      case 0x5b: // a list
        count();
        if (commas.push(text[at] === 0x7b ? 0 : -1) > maxDepth) throw new RangeError(`nested deeper than ${maxDepth}`);
        break;
      case 0x7d:
      case 0x5d:
        commas.pop();
    }
  }
};

/**
 * Removes the members that are null from a value, and returns it.
 *
 * @throws RangeError at a key that would set a prototype
 */
export const withoutNulls = (root: unknown): unknown => {
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
  return root;
};

/** The `known` members of the object, spelled as given here, however the sender spelled them. */
export const withKeys = (object: JsonObject, known: readonly string[]): JsonObject => {
  if (hasOnly(object, known)) return object;
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

/** True if an object has no keys but these. */
export const hasOnly = (object: JsonObject, known: readonly string[]): boolean => {
  for (const key in object) if (!known.includes(key)) return false;
  return true;
};

/** The member of this name that is not null, however the sender spelled it. */
export const memberOf = (object: JsonObject, name: string): unknown => {
  if (Object.hasOwn(object, name) && object[name] !== null) return object[name];
  const lower = name.toLowerCase();
  for (const key in object)
    if (key.length === name.length && key.toLowerCase() === lower && object[key] !== null) return object[key];
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
