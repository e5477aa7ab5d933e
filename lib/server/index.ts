/**
 * `unitlink/server`: the other end, of dashboards and of units.
 *
 * May import: collections, delivery, errors, observability, operators, protocol, store, transport.
 *
 * @module
 */
export { serveDashboards } from './serve-dashboards.js';
export type { Authenticate, Authentication, Authorization, Authorize, Identity } from './identity.js';
export type { DashboardServer } from './dashboard-server.js';
export type { DashboardServerOptions, DrainOptions } from './options.js';
export type { MessageRate } from './message-rate.js';
export type { DashboardLog, LogEntry, LogImage, LogPosition, LogRecord } from './log.js';
export { fileLog, type FileLogOptions } from './file-log.js';
export type { MessageQueue, MessageQueueOptions, QueuedMessage } from './message-queue.js';
export { memoryLog, type MemoryLogOptions } from './memory-log.js';
export type { RedisClient } from './redis-client.js';
export { redisLog, type RedisLogOptions } from './redis-log.js';
export { seriesTopic, type Point, type SeriesTopicOptions } from './series-topic.js';
export { DashboardServerError } from './server-error.js';
export { RemovedRow, removed, topic, type TopicOptions } from './source-topic.js';
export { stateTopic } from './state-topic.js';
export type { TopicRow, StateTopicOptions } from './state-topic-options.js';
export type { DashboardTopic, OpenSource, SnapshotSource, TopicImage, TopicSource, View, ViewUpdate } from './topic.js';
export { valueTopic } from './value-topic.js';
export type { JsonObject } from '../protocol/read.js';
export { serveUnits } from './units/serve-units.js';
export type { ConnectedUnit, UnitServer, UnitServerOptions } from './units/unit-server.js';
export type { DiscoveryDecision } from './units/discovery-answers.js';
export type { UnitMessage } from './units/inbox.js';
export type { UnitDrainOptions } from './units/unit-drain.js';
export type { SecondSession } from './units/sessions.js';
export type { ReceivedMessage } from './units/unit-server-events.js';
export type { Delivery, DeliveryReport, DeliveryStatus } from '../delivery/outgoing-message.js';
export type { MetricsSink } from '../observability/metrics-sink.js';
export type { CloudData } from '../protocol/messages.js';
