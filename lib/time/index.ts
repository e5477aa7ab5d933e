/**
 * Schedulers and clocks.
 *
 * May import: nothing.
 *
 * @module
 */
export { monotonicScheduler } from './monotonic-scheduler.js';
