import type { ValidateFunction } from 'ajv';
import { checks } from './compiled/wire-forms.js';
import { writers } from './compiled/wire-writers.js';

/**
 * Returns the check that a body of this type fits its schema and has its form on the wire: keys in order, times in
 * full, nothing to round or to leave out. Most bodies do, and one pass checks all of it. Undefined if the type is
 * unknown.
 */
export const wireFormOf = (messageType: string): ValidateFunction | undefined =>
  Object.hasOwn(checks, messageType) ? checks[messageType] : undefined;

/** Writes a body that is in its form on the wire, which {@link wireFormOf} finds out; as `JSON.stringify` does, in half the time. */
export const writeWireForm = (data: { readonly messageType: string }): string => {
  const { messageType } = data;
  const write = Object.hasOwn(writers, messageType) ? writers[messageType] : undefined;
  return write ? write(data as never) : JSON.stringify(data);
};
