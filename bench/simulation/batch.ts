import type { Violation } from './index.js';

/** The parts of the product that a run has: a unit, or servers of units and pages. */
export type Model = 'unit' | 'server';

/** Seeds to run, one after the other. */
export interface Batch {
  /** Default `unit`. */
  readonly model?: Model;
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
