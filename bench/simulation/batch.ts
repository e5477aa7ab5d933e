import type { Violation } from './index.js';

/** Seeds to run, one after the other. */
export interface Batch {
  readonly from: number;
  readonly count: number;
}

/** A seed whose run broke a promise. */
export interface Failure {
  readonly seed: number;
  readonly violation: Violation;
}

/** The result of a batch. */
export interface BatchResult {
  readonly count: number;
  /** Virtual time, in milliseconds. */
  readonly lasted: number;
  readonly failures: readonly Failure[];
}
