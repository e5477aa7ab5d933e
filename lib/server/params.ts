import { isObject, type JsonObject } from '../protocol/read.js';

/** Thrown for params of a subscription that its topic cannot use; the message says why. */
export class ParamsError extends Error {
  override readonly name = 'ParamsError';
}

/** Reads params as an object; absent ones are an empty object. */
export const readParams = (params: unknown): JsonObject => {
  if (params === undefined || params === null) return {};
  if (!isObject(params)) throw new ParamsError('params must be an object');
  return params;
};

/** Reads a whole number within these bounds, if there is one. */
export const readInteger = (params: JsonObject, name: string, least: number, most: number): number | undefined => {
  const value = params[name];
  if (value === undefined || value === null) return undefined;
  if (!Number.isInteger(value) || (value as number) < least || (value as number) > most)
    throw new ParamsError(`${name} must be a whole number from ${least} to ${most}`);
  return value as number;
};

/** Reads a text, if there is one. */
export const readText = (params: JsonObject, name: string): string | undefined => {
  const value = params[name];
  if (value === undefined || value === null) return undefined;
  if (typeof value !== 'string') throw new ParamsError(`${name} must be a text`);
  return value;
};

/** Returns a predicate that is true for entries with all members that the params name; `known` params are left out. */
export const readLabels = (params: JsonObject, known: readonly string[]): ((entry: unknown) => boolean) => {
  const wanted = Object.entries(params).filter(([name, value]) => !known.includes(name) && value != null);
  for (const [name, value] of wanted)
    if (typeof value === 'object') throw new ParamsError(`${name} must be a text, a number or a boolean`);
  return (entry) => wanted.every(([name, value]) => isObject(entry) && entry[name] === value);
};
