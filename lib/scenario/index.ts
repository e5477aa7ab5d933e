/**
 * Scenarios in YAML: read, played on virtual time or on real sockets, drawn; and the replay of message logs.
 *
 * May import: certificates, collections, connection, delivery, errors, observability, operators, protocol, server, testing/cloud, testing/virtual, transport, unit.
 *
 * @module
 */
export { playScenario, type PlayedScenario, type PlayOptions } from './play-scenario.js';
export { readScenario } from './read-scenario.js';
export { replayLog, type ReplayedLog, type ReplayLogOptions } from './replay-log.js';
export { ScenarioError } from './scenario-error.js';
export type {
  AppActions,
  AppStep,
  CloudActions,
  CloudStep,
  EndpointKind,
  Expectation,
  Scenario,
  ScenarioAnswer,
  ScenarioUnitOptions,
  StepTime,
  WithRetryAfter,
} from './scenario.js';
export type { TimelineEvent } from './timeline.js';
export { timelinePage, type TimelineStory } from './timeline-page.js';
