/**
 * `unitlink/testing`: what the tests of an app are written with.
 *
 * May import: protocol, scenario, server, testing/cloud, testing/dashboard, testing/virtual.
 *
 * @module
 */
export {
  createAuthority,
  type Authority,
  type IssuedCertificate,
  type IssueOptions,
  type SignedCertificate,
} from './cloud/authority.js';
export { startCloud, type Cloud, type CloudCredentials } from './cloud/start-cloud.js';
export type { CloudBreaks } from './cloud/breaks.js';
export { CloudError } from './cloud/error.js';
export type {
  AckEvent,
  AnsweredEvent,
  ClosedEvent,
  CloudEvent,
  CloudEventBody,
  DiscoveryEvent,
  HandshakeFailedEvent,
  ReceivedEvent,
  NackEvent,
  OpenedEvent,
  OutageEvent,
  PingEvent,
  ReceivedMessage,
  RestoreFailedEvent,
  UnitServerEvent,
  UnreadableEvent,
  UpgradeEvent,
} from './cloud/events.js';
export type {
  AnswerDiscoveryOptions,
  CloudFaults,
  FailDiscoveryOptions,
  NackOptions,
  RefuseOptions,
} from './cloud/faults.js';
export type { CloudOptions } from './cloud/options.js';
export type { SecondSession } from '../server/units/sessions.js';
export type { CloudCounts } from './cloud/record.js';
export type { CloudRenewal, ConfirmedCertificate, Renewed, RenewOptions, UnitCertificate } from './cloud/renewal.js';
export type { CloudSending, SendOptions as CloudSendOptions } from './cloud/sending.js';
export type { JsonObject } from '../protocol/read.js';
export {
  ack,
  acknowledge,
  cloudMessage,
  nack,
  type CloudFrame,
  type Received,
  type VirtualCloud,
} from './virtual/cloud.js';
export { virtualDashboard, type VirtualDashboard, type VirtualDashboardOptions } from './virtual/dashboard.js';
export {
  serveTopics,
  type ServeTopicsOptions,
  type VirtualServer,
  type VirtualServerFrame,
  type VirtualServerReceived,
} from './virtual/server.js';
export { virtualUnit, type VirtualUnit, type VirtualUnitOptions } from './virtual/unit.js';
export { startDashboard, type TestDashboardServer } from './dashboard/start-dashboard.js';
export type { DashboardJournal, JournalEntry } from './dashboard/journal.js';
export type { DashboardFaults, SubscriptionRefusal } from './dashboard/faults.js';
export type {
  SubscribeAnswerEvent,
  ClosureEvent,
  AcceptedEvent,
  DashboardPingEvent,
  HelloEvent,
  LinkReportEvent,
  ServerEvent,
  SubscribeEvent,
  UnreadableFrameEvent,
  UnsubscribeEvent,
} from '../server/server-events.js';
export type { Authenticate, Authentication, Authorization, Authorize, Identity } from '../server/identity.js';
export type { DashboardServer } from '../server/dashboard-server.js';
export type { DashboardServerOptions, DrainOptions } from '../server/options.js';
export type { MessageRate } from '../server/message-rate.js';
export { DashboardServerError } from '../server/server-error.js';
export type { DashboardLog, LogEntry, LogImage, LogPosition, LogRecord } from '../server/log.js';
export { memoryLog, type MemoryLogOptions } from '../server/memory-log.js';
export { seriesTopic, type Point, type SeriesTopicOptions } from '../server/series-topic.js';
export type { TopicRow, StateTopicOptions } from '../server/state-topic-options.js';
export { stateTopic } from '../server/state-topic.js';
export type {
  DashboardTopic,
  OpenSource,
  SnapshotSource,
  TopicImage,
  TopicSource,
  View,
  ViewUpdate,
} from '../server/topic.js';
export { valueTopic } from '../server/value-topic.js';
export { virtualWebSocket, type VirtualAccept, type VirtualDial, type VirtualNetwork } from './virtual/web-socket.js';
export type { RedisClient } from '../server/redis-client.js';
export { redisLog, type RedisLogOptions } from '../server/redis-log.js';
export type { PlayedScenario, PlayOptions } from '../scenario/play-in-world.js';
export { playScenario } from '../scenario/play-scenario.js';
export { readScenario } from '../scenario/read-scenario.js';
export { replayLog, type ReplayedLog, type ReplayLogOptions } from '../scenario/replay-log.js';
export { ScenarioError } from '../scenario/scenario-error.js';
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
} from '../scenario/scenario.js';
export type { TimelineEvent } from '../scenario/timeline.js';
export { timelinePage, type TimelineStory } from '../scenario/timeline-page.js';
