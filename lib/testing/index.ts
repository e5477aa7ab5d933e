export {
  createAuthority,
  type Authority,
  type IssuedCertificate,
  type IssueOptions,
  type SignedCertificate,
} from './authority.js';
export { startCloud, type Cloud, type CloudCredentials } from './cloud.js';
export type { CloudBreaks } from './cloud-breaks.js';
export { CloudError } from './cloud-error.js';
export type {
  AckEvent,
  AnsweredEvent,
  ClosedEvent,
  CloudEvent,
  CloudEventBody,
  DiscoveryEvent,
  HandshakeFailedEvent,
  MessageEvent,
  NackEvent,
  OpenedEvent,
  OutageEvent,
  PingEvent,
  ReceivedMessage,
  RestoreFailedEvent,
  UnreadableEvent,
  UpgradeEvent,
} from './cloud-events.js';
export type {
  AnswerDiscoveryOptions,
  CloudFaults,
  FailDiscoveryOptions,
  NackOptions,
  RefuseOptions,
} from './cloud-faults.js';
export type { CloudOptions, SecondSession } from './cloud-options.js';
export type { CloudCounts } from './cloud-record.js';
export type { CloudRenewal, ConfirmedCertificate, Renewed, RenewOptions, UnitCertificate } from './cloud-renewal.js';
export type { CloudSending, SendOptions as CloudSendOptions } from './cloud-sending.js';
export type { JsonObject } from '../protocol/read.js';
export {
  ack,
  acknowledge,
  cloudMessage,
  nack,
  type CloudFrame,
  type Received,
  type VirtualCloud,
} from './virtual-cloud.js';
export { virtualDashboard, type VirtualDashboard, type VirtualDashboardOptions } from './virtual-dashboard.js';
export {
  serveTopics,
  type ServeTopicsOptions,
  type VirtualServer,
  type VirtualServerFrame,
  type VirtualServerReceived,
} from './virtual-server.js';
export { virtualUnit, type VirtualUnit, type VirtualUnitOptions } from './virtual-unit.js';
export type {
  AnswerEntry,
  BookEntry,
  BookEntryBody,
  ClosureEntry,
  ConnectionEntry,
  DashboardBooks,
  DashboardPingEntry,
  HelloEntry,
  LinkReportEntry,
  SubscribeEntry,
  UnreadableEntry,
  UnsubscribeEntry,
} from './dashboard/books.js';
export type { DashboardFaults, SubscriptionRefusal } from './dashboard/dashboard-faults.js';
export type { Authentication, DashboardServerOptions } from './dashboard/dashboard-options.js';
export { DashboardServerError } from './dashboard/dashboard-server-error.js';
export type { DrainOptions } from './dashboard/drain.js';
export type { DashboardLog, LogEntry, LogImage, LogPosition, LogRecord } from './dashboard/log.js';
export { memoryLog, type MemoryLogOptions } from './dashboard/memory-log.js';
export { seriesTopic, type Point, type SeriesTopicOptions } from './dashboard/series-topic.js';
export { startDashboard, type DashboardServer } from './dashboard/start-dashboard.js';
export { stateTopic, type Row, type StateTopicOptions } from './dashboard/state-topic.js';
export type { DashboardTopic, TopicImage, View, ViewUpdate } from './dashboard/topic.js';
export { valueTopic } from './dashboard/value-topic.js';
export { virtualWebSocket, type VirtualAccept, type VirtualDial, type VirtualNetwork } from './virtual-web-socket.js';
export { redisLog, type RedisClient, type RedisLogOptions } from './dashboard/redis-log.js';
export { playScenario, type PlayedScenario, type PlayOptions } from './scenario/play-scenario.js';
export { readScenario } from './scenario/read-scenario.js';
export { replayLog, type ReplayedLog, type ReplayLogOptions } from './scenario/replay-log.js';
export { ScenarioError } from './scenario/scenario-error.js';
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
} from './scenario/scenario.js';
export type { TimelineEvent } from './scenario/timeline.js';
export { timelinePage, type TimelineStory } from './scenario/timeline-page.js';
export { simulate, type SimulateOptions } from './simulation/simulate.js';
export { makePlan as simulationPlan } from './simulation/make-plan.js';
export type {
  Fault as SimulationFault,
  FaultKind as SimulationFaultKind,
  Plan as SimulationPlan,
  PlannedCloudMessage,
  PlannedMessage,
  Poison as SimulationPoison,
  Temper,
} from './simulation/plan.js';
export type { Run as SimulationRun } from './simulation/run-plan.js';
export type { FrameKind, Happening, SimulationEvent, Violation } from './simulation/events.js';
export { inspect as inspectSimulation } from './simulation/inspector.js';
export { simulationHash } from './simulation/hash.js';
export { shrinkSimulation, type ShrinkOptions } from './simulation/shrink.js';
export { simulationTimeline } from './simulation/timeline.js';
