import type { Monitor } from './monitor.js';

/** The errors that the simulated app throws on purpose, and the one of a handler that takes too long. */
const expected = /a listener that throws$|the handler of .*(?:a handler that fails$|it did not end within)/;

/** Nothing fails that belongs to the library itself. */
export const faults = (): Monitor => ({
  promise: 'no faults',
  see: (event) => (event.kind === 'failure' && !expected.test(event.where) ? event.where : undefined),
});
