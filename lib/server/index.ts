/**
 * `unitlink/server`: the server side of dashboards.
 *
 * May import: errors, protocol.
 *
 * @module
 */
export { serveDashboards } from './serve-dashboards.js';
export type { Authenticate, Authentication, Authorization, Authorize, Identity } from './identity.js';
export type { DashboardServer } from './dashboard-server.js';
export type { DashboardServerOptions, DrainOptions } from './options.js';
export type { MessageRate } from './message-rate.js';
export type { DashboardLog, LogEntry, LogImage, LogPosition, LogRecord } from './log.js';
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
