import type { MetricName } from './metrics-sink.js';

/** The description of one measurement, with its names. */
export interface Instrument {
  /** The kind of instrument. */
  readonly kind: 'counter' | 'upDownCounter' | 'gauge' | 'histogram';
  /** As UCUM writes it: `s`, or what is counted in braces. */
  readonly unit: string;
  /** A sentence that describes the measurement. */
  readonly description: string;
  /** Its name in Prometheus. */
  readonly prometheus: string;
  /** The names of its attributes. In Prometheus a dot in one is an underscore. */
  readonly attributes: readonly string[];
  /** The upper bounds of a histogram. */
  readonly buckets?: readonly number[];
}

/** Every instrument of this library. */
export const instruments: Readonly<Record<MetricName, Instrument>> = {
  'unitlink.client.connection.count': {
    kind: 'upDownCounter',
    unit: '{connection}',
    description: 'Connections that are maintained, by state: connecting, live, degraded, reconnecting, failed.',
    prometheus: 'unitlink_client_connections',
    attributes: ['state'],
  },
  'unitlink.client.reconnects': {
    kind: 'counter',
    unit: '{reconnect}',
    description:
      'Connections that replaced one that had ended, by the reason of the end: closed, lost, dead, credentials, suspicion.',
    prometheus: 'unitlink_client_reconnects_total',
    attributes: ['cause'],
  },
  'unitlink.client.connect.attempts': {
    kind: 'counter',
    unit: '{attempt}',
    description: 'Attempts to connect that have ended.',
    prometheus: 'unitlink_client_connect_attempts_total',
    attributes: ['outcome', 'error.type'],
  },
  'unitlink.client.connection.closures': {
    kind: 'counter',
    unit: '{closure}',
    description: 'Connections that ended, by close code and by who ended them: client, server, network.',
    prometheus: 'unitlink_client_connection_closures_total',
    attributes: ['code', 'clean', 'initiator'],
  },
  'unitlink.client.heartbeat.timeouts': {
    kind: 'counter',
    unit: '{timeout}',
    description: 'Connections that showed no activity and were abandoned.',
    prometheus: 'unitlink_client_heartbeat_timeouts_total',
    attributes: [],
  },
  'unitlink.client.recovery.duration': {
    kind: 'histogram',
    unit: 's',
    description: 'Time from the end of a connection until the next was live.',
    prometheus: 'unitlink_client_recovery_duration_seconds',
    attributes: ['cause'],
    buckets: [0.1, 0.25, 0.5, 1, 2, 3, 5, 8, 15, 30, 60, 120],
  },
  'unitlink.client.disconnected.time': {
    kind: 'counter',
    unit: 's',
    description: 'Time without a connection while one was wanted; reported at each change of state.',
    prometheus: 'unitlink_client_disconnected_seconds_total',
    attributes: [],
  },
  'unitlink.client.connection.duration': {
    kind: 'histogram',
    unit: 's',
    description: 'Duration of the connections that have ended.',
    prometheus: 'unitlink_client_connection_duration_seconds',
    attributes: [],
    buckets: [0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1, 2, 5, 10, 30, 60, 120, 300],
  },
  'unitlink.client.sent.messages': {
    kind: 'counter',
    unit: '{message}',
    description: 'Messages that were written to a connection for the first time.',
    prometheus: 'unitlink_client_messages_sent_total',
    attributes: ['type'],
  },
  'unitlink.client.acked.messages': {
    kind: 'counter',
    unit: '{message}',
    description: 'Messages that were acknowledged.',
    prometheus: 'unitlink_client_messages_acked_total',
    attributes: ['type'],
  },
  'unitlink.client.retried.messages': {
    kind: 'counter',
    unit: '{message}',
    description: 'Retransmissions of messages.',
    prometheus: 'unitlink_client_messages_retried_total',
    attributes: ['type'],
  },
  'unitlink.client.dropped.messages': {
    kind: 'counter',
    unit: '{message}',
    description:
      'Messages that were given up, by reason: no_ack, expired, replaced, full, withdrawn, stopped, store, other.',
    prometheus: 'unitlink_client_messages_dropped_total',
    attributes: ['type', 'reason'],
  },
  'unitlink.client.consumed.messages': {
    kind: 'counter',
    unit: '{message}',
    description: 'Messages that were received and passed to the app, each once.',
    prometheus: 'unitlink_client_messages_consumed_total',
    attributes: ['type'],
  },
  'unitlink.client.queue.size': {
    kind: 'upDownCounter',
    unit: '{message}',
    description: 'Messages that were accepted and are not delivered, those in flight included.',
    prometheus: 'unitlink_client_queue_size',
    attributes: [],
  },
  'unitlink.client.queue.capacity': {
    kind: 'upDownCounter',
    unit: '{message}',
    description: 'The number of messages that may be undelivered.',
    prometheus: 'unitlink_client_queue_capacity',
    attributes: [],
  },
  'unitlink.client.inflight': {
    kind: 'upDownCounter',
    unit: '{message}',
    description: 'Messages that were written and wait for their acknowledgement.',
    prometheus: 'unitlink_client_inflight',
    attributes: [],
  },
  'unitlink.client.ack.duration': {
    kind: 'histogram',
    unit: 's',
    description: 'Time from the last write of a message until its acknowledgement.',
    prometheus: 'unitlink_client_ack_duration_seconds',
    attributes: ['type'],
    buckets: [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10],
  },
  'unitlink.client.subscription.count': {
    kind: 'upDownCounter',
    unit: '{subscription}',
    description: 'Live subscriptions, by state: fresh, stale, resyncing, error, paused.',
    prometheus: 'unitlink_client_subscriptions',
    attributes: ['state'],
  },
  'unitlink.client.subscription.gaps': {
    kind: 'counter',
    unit: '{gap}',
    description: 'Gaps that were found in a subscription, by outcome: replayed, snapshot, failed.',
    prometheus: 'unitlink_client_subscription_gaps_total',
    attributes: ['outcome'],
  },
  'unitlink.client.subscription.resumes': {
    kind: 'counter',
    unit: '{resume}',
    description: 'Subscriptions that were resumed, by outcome: replayed, snapshot, failed.',
    prometheus: 'unitlink_client_subscription_resumes_total',
    attributes: ['outcome'],
  },
  'unitlink.client.subscription.age': {
    kind: 'gauge',
    unit: 's',
    description: 'Age of the oldest data of an active subscription, by class of topic.',
    prometheus: 'unitlink_client_subscription_age_seconds',
    attributes: ['topic'],
  },
  'unitlink.server.connection.count': {
    kind: 'upDownCounter',
    unit: '{connection}',
    description: 'Connections that are open.',
    prometheus: 'unitlink_server_connections',
    attributes: [],
  },
  'unitlink.server.accepted.connections': {
    kind: 'counter',
    unit: '{connection}',
    description: 'Connections that were accepted.',
    prometheus: 'unitlink_server_connections_accepted_total',
    attributes: [],
  },
  'unitlink.server.refused.connections': {
    kind: 'counter',
    unit: '{connection}',
    description: 'Upgrades that were refused, by HTTP status.',
    prometheus: 'unitlink_server_connections_refused_total',
    attributes: ['status'],
  },
  'unitlink.server.reconnects': {
    kind: 'counter',
    unit: '{reconnect}',
    description: 'Accepted connections of clients that had been connected before.',
    prometheus: 'unitlink_server_reconnects_total',
    attributes: [],
  },
  'unitlink.server.connection.closures': {
    kind: 'counter',
    unit: '{closure}',
    description: 'Connections that ended, by close code; clean where there was a close frame.',
    prometheus: 'unitlink_server_connection_closures_total',
    attributes: ['code', 'clean'],
  },
  'unitlink.server.received.messages': {
    kind: 'counter',
    unit: '{message}',
    description: 'Messages that came from clients, repeated ones included.',
    prometheus: 'unitlink_server_messages_received_total',
    attributes: ['type'],
  },
  'unitlink.server.acked.messages': {
    kind: 'counter',
    unit: '{message}',
    description: 'Messages of clients that were acknowledged.',
    prometheus: 'unitlink_server_messages_acked_total',
    attributes: [],
  },
  'unitlink.server.unreadable.messages': {
    kind: 'counter',
    unit: '{message}',
    description: 'Frames of clients that were not taken: no message, one of another client, or too large.',
    prometheus: 'unitlink_server_messages_unreadable_total',
    attributes: [],
  },
  'unitlink.server.failed.handshakes': {
    kind: 'counter',
    unit: '{handshake}',
    description: 'TLS handshakes that failed: without a certificate, with one of another authority, or cut.',
    prometheus: 'unitlink_server_handshakes_failed_total',
    attributes: [],
  },
};
