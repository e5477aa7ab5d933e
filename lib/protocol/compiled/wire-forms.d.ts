import type { ValidateFunction } from 'ajv';

/** For each of the 26 message types, whether a body is in its form on the wire. Made by the build from the schemas. */
export const checks: Readonly<Record<string, ValidateFunction>>;
