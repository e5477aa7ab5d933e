import { describeError } from '../../observability/describe-error.js';
import { instruments } from '../../observability/instruments.js';
import { memoryMetrics, type MemoryMetrics, type MetricPoint } from '../../observability/memory-metrics.js';
import { prometheusContentType, prometheusText } from '../../observability/prometheus-text.js';
import { serveMetrics, type Health, type MetricsServer } from '../../transport/serve-metrics.js';

/** A sink, and the server that shows what it has. */
export interface OpenMetrics extends MetricsServer {
  readonly metrics: MemoryMetrics;
}

/** The answers next to `/metrics`. */
export interface Shown {
  /** For the health checks. */
  readonly health?: () => Health;
  /** The document at `/status`, from the series that there are. */
  readonly status?: (points: readonly MetricPoint[]) => object;
}

/** Opens `/metrics` on a port of loopback; nothing where there is to be none. */
export const openMetrics = async (
  port: number | undefined,
  { health, status }: Shown = {},
): Promise<OpenMetrics | undefined> => {
  if (port === undefined) return undefined;
  const metrics = memoryMetrics((name) => instruments[name].buckets);
  try {
    const text = () => prometheusText(metrics.snapshot());
    const document = status && (() => status(metrics.snapshot()));
    const shown = { contentType: prometheusContentType, text, health, status: document };
    return { ...(await serveMetrics({ port, ...shown })), metrics };
  } catch (cause) {
    const { code, message } = describeError(cause);
    const why = code === 'EADDRINUSE' ? 'is taken' : `cannot be had (${message})`;
    throw new Error(`port ${port} of 127.0.0.1 ${why}, choose another with --metrics-port`, { cause });
  }
};
