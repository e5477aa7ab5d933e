import { isObject } from '../protocol/read.js';

/** Writes a value as JSON, members in the order of their names: equal values have the same text. */
export const stableText = (value: unknown): string =>
  JSON.stringify(value, (_name, member: unknown) =>
    isObject(member)
      ? Object.fromEntries(Object.entries(member).sort(([one], [other]) => (one < other ? -1 : 1)))
      : member,
  );
