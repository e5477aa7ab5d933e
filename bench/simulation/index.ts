// The seeded simulation: a whole unit, its cloud, network and store on virtual time, with a monitor for each promise.
export { simulate, type SimulateOptions } from './model/simulate.js';
export { corpus as simulationCorpus, type Kept as KeptSimulation } from './corpus.js';
export { makePlan as simulationPlan } from './model/make-plan.js';
export type {
  Fault as SimulationFault,
  FaultKind as SimulationFaultKind,
  Plan as SimulationPlan,
  PlannedCloudMessage,
  PlannedMessage,
  Poison as SimulationPoison,
  Profile,
} from './model/plan.js';
export type { Run as SimulationRun } from './model/run-plan.js';
export type { FrameKind, WorldEvent, SimulationEvent, Violation } from './model/events.js';
export { inspect as inspectSimulation } from './model/inspector.js';
export { simulationHash } from './model/hash.js';
export { shrinkSimulation, type ShrinkOptions } from './model/shrink.js';
export { simulationTimeline } from './model/timeline.js';
