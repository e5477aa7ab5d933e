import type { ScenarioUnitOptions } from './scenario.js';

/** The options that a unit takes as they are, and the backoff; the keystore is another one in each world. */
export const withoutKeystore = (options: ScenarioUnitOptions = {}): Omit<ScenarioUnitOptions, 'keystore'> => {
  const { keystore, ...rest } = options;
  return keystore === undefined ? options : rest;
};
