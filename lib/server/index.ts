/**
 * The server side of dashboards: topics, their logs, sessions and views.
 *
 * May import: errors, protocol.
 *
 * @module
 */
export type { Authentication, DashboardServerOptions } from './options.js';
export type { DrainOptions } from './drain.js';
export type { DashboardLog, LogEntry, LogImage, LogPosition, LogRecord } from './log.js';
export { memoryLog, type MemoryLogOptions } from './memory-log.js';
export { redisLog, type RedisClient, type RedisLogOptions } from './redis-log.js';
export { seriesTopic, type Point, type SeriesTopicOptions } from './series-topic.js';
export { DashboardServerError } from './server-error.js';
export { stateTopic } from './state-topic.js';
export type { Row, StateTopicOptions } from './state-topic-options.js';
export type { DashboardTopic, TopicImage, View, ViewUpdate } from './topic.js';
export { valueTopic } from './value-topic.js';
