/**
 * Metrics, the message log, and the redaction of secrets.
 *
 * May import: errors, protocol, transport.
 *
 * @module
 */
export type { Diagnostics } from './diagnostics.js';
export { fileMessageLog, type FileMessageLog, type FileMessageLogOptions } from './file-message-log.js';
export { instruments, type Instrument } from './instruments.js';
export { memoryMetrics, type MemoryMetrics, type MetricPoint } from './memory-metrics.js';
export type { FrameDirection } from './message-line.js';
export type { MetricAttributes, MetricName, MetricsSink } from './metrics-sink.js';
export { prometheusContentType, prometheusText } from './prometheus-text.js';
export type { RotatingFile, RotatingFileOptions } from './rotating-file.js';
export type { MessageLog } from './types.js';
