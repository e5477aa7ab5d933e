import type { ValidateFunction } from 'ajv';
import { checks } from './compiled/wire-forms.js';

/**
 * The check whether a body of this type fits its schema and is in the form in which it goes on the wire: keys in order,
 * times in full, nothing to round or to leave out. Most are, and one pass finds out all of it. `undefined` where there is
 * no such type.
 */
export const wireFormOf = (messageType: string): ValidateFunction | undefined =>
  Object.hasOwn(checks, messageType) ? checks[messageType] : undefined;
