import { makePlan } from './make-plan.js';
import type { Plan } from './plan.js';
import { runPlan, type Run } from './run-plan.js';

/** Options of {@link simulate}: a seed, or a plan. */
export type SimulateOptions = { readonly seed: number } | { readonly plan: Plan };

/**
 * Runs a unit on virtual time against a model of a network and of a cloud that do wrong by a plan, and finds the first
 * promise that is not kept. The unit is the production code: only its clock, ids, random numbers, network and store are
 * models. After the faults comes a time without any, in which all must be delivered.
 *
 * One seed makes one run, bit for bit. It runs in one go; who makes many should let the event loop turn in between, as
 * what a run leaves behind is only freed then.
 *
 * ```ts
 * const { violation, events } = simulate({ seed: 42 });
 * if (violation) console.log(simulationTimeline(events));
 * ```
 */
export const simulate = (options: SimulateOptions): Run =>
  runPlan('plan' in options ? options.plan : makePlan(options.seed));
