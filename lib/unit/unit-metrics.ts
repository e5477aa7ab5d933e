import { connectionMetrics } from './connection-metrics.js';
import {
  AckTimeoutError,
  ExpiredError,
  QueueFullError,
  ReplacedError,
  StoppedError,
  StoreError,
  WithdrawnError,
} from '../errors.js';
import type { MetricsSink } from '../observability/metrics-sink.js';
import type { PendingMessagesObserver } from '../delivery/pending-messages.js';
import type { OutgoingMessage } from '../delivery/outgoing-message.js';
import { isUnitMessageType } from '../protocol/message-types.js';
import type { Failures } from './failures.js';
import type { UnitReceiving } from './receiving.js';
import type { Settings } from './settings.js';
import type { UnitStates } from './states.js';

/** The streams that {@link unitMetrics} measures. */
export interface MetricsParts {
  readonly states: Pick<UnitStates, 'state$'>;
  readonly receiving: Pick<UnitReceiving, 'api'>;
  /** Takes the first error that the sink throws. */
  readonly failures: Pick<Failures, 'report'>;
}

/**
 * Measures a unit for as long as it exists: its connections by their states, and the messages of the cloud. Returns the
 * watch of the outgoing queue, which measures the messages of the unit; without a sink it is empty and nothing is kept.
 */
export const unitMetrics = (
  { metrics, maxQueued, scheduler }: Pick<Settings, 'metrics' | 'maxQueued' | 'scheduler'>,
  { states, receiving, failures }: MetricsParts,
): PendingMessagesObserver => {
  if (metrics === undefined) return {};
  const safe = harmless(metrics, failures.report);
  const error = (fault: unknown) => {
    failures.report('the metrics', fault);
  };
  const clock = () => scheduler.now() / 1000;
  states.state$.subscribe({ next: connectionMetrics(safe, clock, maxQueued), error });
  receiving.api.message$.subscribe({
    next: ({ data }) => {
      safe.add('unitlink.client.consumed.messages', 1, { type: data.messageType });
    },
    error,
  });
  return queueMetrics(safe, clock);
};

type Recorder = Pick<MetricsSink, 'add' | 'record'>;

const harmless = (sink: MetricsSink, report: Failures['report']): Recorder => {
  let failed = false;
  const guarded =
    (take: 'add' | 'record'): MetricsSink['add'] =>
    (...measurement) => {
      try {
        sink[take](...measurement);
      } catch (error) {
        if (!failed) report('the metrics sink', error);
        failed = true;
      }
    };
  return { add: guarded('add'), record: guarded('record') };
};

const queueMetrics = ({ add, record }: Recorder, clock: () => number): Required<PendingMessagesObserver> => {
  const writtenAt = new Map<OutgoingMessage, number>(); // those in flight
  let last = 0;

  const land = (message: OutgoingMessage) => {
    if (writtenAt.delete(message)) add('unitlink.client.inflight', -1);
  };
  return {
    onSize: (size) => {
      add('unitlink.client.queue.size', size - last);
      last = size;
    },
    onStep: (message, status, cause) => {
      const type = isUnitMessageType(message.messageType) ? message.messageType : 'other';
      switch (status) {
        case 'queued':
          break;
        case 'sent':
          add(`unitlink.client.${message.transmissions > 1 ? 'retried' : 'sent'}.messages`, 1, { type });
          if (!message.expectAck) break;
          add('unitlink.client.inflight', 1);
          writtenAt.set(message, clock());
          break;
        case 'requeued':
          land(message);
          break;
        case 'acknowledged': {
          const at = writtenAt.get(message);
          if (at !== undefined) record('unitlink.client.ack.duration', clock() - at, { type });
          add('unitlink.client.acked.messages', 1, { type });
          land(message);
          break;
        }
        case 'dropped':
          add('unitlink.client.dropped.messages', 1, { type, reason: reasonOf(cause) });
          land(message);
      }
    },
  };
};

const reasons = [
  [AckTimeoutError, 'no_ack'],
  [ExpiredError, 'expired'],
  [ReplacedError, 'replaced'],
  [QueueFullError, 'full'],
  [WithdrawnError, 'withdrawn'],
  [StoppedError, 'stopped'],
  [StoreError, 'store'],
] as const;

const reasonOf = (cause: unknown): string => reasons.find(([type]) => cause instanceof type)?.[1] ?? 'other';
