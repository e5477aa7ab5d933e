/** The names of the instruments of this library; {@link instruments} describes them. */
export type MetricName =
  | 'unitlink.client.connection.count'
  | 'unitlink.client.reconnects'
  | 'unitlink.client.connect.attempts'
  | 'unitlink.client.connection.closures'
  | 'unitlink.client.heartbeat.timeouts'
  | 'unitlink.client.recovery.duration'
  | 'unitlink.client.disconnected.time'
  | 'unitlink.client.connection.duration'
  | 'unitlink.client.sent.messages'
  | 'unitlink.client.acked.messages'
  | 'unitlink.client.retried.messages'
  | 'unitlink.client.dropped.messages'
  | 'unitlink.client.consumed.messages'
  | 'unitlink.client.queue.size'
  | 'unitlink.client.queue.capacity'
  | 'unitlink.client.inflight'
  | 'unitlink.client.ack.duration'
  | 'unitlink.client.subscription.count'
  | 'unitlink.client.subscription.gaps'
  | 'unitlink.client.subscription.resumes'
  | 'unitlink.client.subscription.age'
  | 'unitlink.server.connection.count'
  | 'unitlink.server.accepted.connections'
  | 'unitlink.server.refused.connections'
  | 'unitlink.server.reconnects'
  | 'unitlink.server.connection.closures'
  | 'unitlink.server.received.messages'
  | 'unitlink.server.acked.messages'
  | 'unitlink.server.unreadable.messages'
  | 'unitlink.server.failed.handshakes';

/**
 * The attributes that tell the series of an instrument apart. The values are few and known beforehand: no id, no URL.
 */
export type MetricAttributes = Readonly<Record<string, string>>;

/** Receives measurements as they are made, synchronously. If one throws, nothing else is affected. */
export interface MetricsSink {
  /** Adds to a counter, or to an up-down counter, where the value may be below 0. */
  readonly add: (name: MetricName, value: number, attributes?: MetricAttributes) => void;
  /** Sets the value of a gauge. */
  readonly set: (name: MetricName, value: number, attributes?: MetricAttributes) => void;
  /** Records a value in a histogram. Durations are in seconds. */
  readonly record: (name: MetricName, value: number, attributes?: MetricAttributes) => void;
}
