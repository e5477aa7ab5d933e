import { createHash } from 'node:crypto';
import type { SimulationEvent } from './events.js';

/** A digest of all that happened in a run: two runs of one plan have the same. */
export const simulationHash = (events: readonly SimulationEvent[]): string => {
  const hash = createHash('sha256');
  for (const event of events) hash.update(JSON.stringify(event));
  return hash.digest('hex');
};
