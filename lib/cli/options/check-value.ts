import { shown, type Option } from './option.js';
import { UsageError } from './usage-error.js';

/**
 * The value, once it is sure that the option takes it.
 *
 * @param given what got the value, as an error names it
 * @throws UsageError
 */
export const checkValue = (option: Option<unknown>, given: string, value: unknown): unknown => {
  if (option.fits(value)) return value;
  throw new UsageError(`${given} got ${option.isSecret ? 'another value' : shown(value)}, it takes ${option.takes}`);
};
