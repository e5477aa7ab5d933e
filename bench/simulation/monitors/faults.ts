import type { Monitor } from './monitor.js';

/** The error that the simulated app throws on purpose. */
const expected = 'a listener that throws';

/** Nothing fails that belongs to the library itself. */
export const faults = (): Monitor => ({
  promise: 'no faults',
  see: (event) => (event.kind === 'failure' && !event.where.endsWith(expected) ? event.where : undefined),
});
