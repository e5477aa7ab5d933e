/**
 * Plain data structures, without RxJS.
 *
 * May import: nothing.
 *
 * @module
 */
export type { FailedLast } from './failed-last.js';
