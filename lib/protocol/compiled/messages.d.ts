import type { ValidateFunction } from 'ajv';

/** A check for each of the 26 message types, by name. Made by the build from the schemas. */
export const checks: Readonly<Record<string, ValidateFunction>>;
