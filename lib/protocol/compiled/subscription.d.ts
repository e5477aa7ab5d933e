import type { ValidateFunction } from 'ajv';

/** A check for each message type of the subscription profile, by name. Made by the build from the schemas. */
export const checks: Readonly<Record<string, ValidateFunction>>;
