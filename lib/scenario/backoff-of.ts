import { aos, fleet, type Backoff } from '../operators/backoff.js';
import type { ScenarioUnitOptions } from './scenario.js';

/** The backoff that a scenario asks for. */
export const backoffOf = (backoff: ScenarioUnitOptions['backoff'] = 'aos'): Backoff => {
  if (backoff === 'fleet') return fleet();
  return backoff === 'aos' ? aos() : aos(backoff);
};
