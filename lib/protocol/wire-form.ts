import type { ValidateFunction } from 'ajv';
import { checks } from './compiled/wire-forms.js';

/**
 * Returns the check that a body of this type fits its schema and has its form on the wire: keys in order, times in
 * full, nothing to round or to leave out. Most bodies do, and one pass checks all of it. Undefined if the type is
 * unknown.
 */
export const wireFormOf = (messageType: string): ValidateFunction | undefined =>
  Object.hasOwn(checks, messageType) ? checks[messageType] : undefined;
