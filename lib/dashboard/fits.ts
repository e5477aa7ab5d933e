import type { Schema } from '../protocol/schema.js';

/** Whether a value fits a schema, as far as a page has to know: members, their types and that they are there. */
export const fits = (
  { type, minimum = -Infinity, properties, required, additionalProperties }: Schema,
  value: unknown,
): boolean => {
  if (type === undefined) return true;
  if (type === 'integer') return Number.isSafeInteger(value) && (value as number) >= minimum;
  if (type === 'number') return Number.isFinite(value);
  if (type !== 'object') return typeof value === type;
  if (typeof value !== 'object' || value === null) return false;
  const members = value as Record<string, unknown>;
  return (
    (required ?? []).every((name) => members[name] !== undefined) &&
    Object.entries(properties ?? {}).every(
      ([name, schema]) => members[name] === undefined || fits(schema, members[name]),
    ) &&
    (!additionalProperties || Object.values(members).every((member) => fits(additionalProperties, member)))
  );
};
