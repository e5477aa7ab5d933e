import type { Observable, SchedulerLike } from 'rxjs';
import type { ConnectionState } from '../connection/connection-state.js';
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
import type { CloudMessage } from '../protocol/envelope.js';
import { isUnitMessageType } from '../protocol/message-types.js';

/** What is measured, and by which clock. */
export interface UnitMetricsOptions {
  readonly state$: Observable<ConnectionState>;
  readonly message$: Observable<CloudMessage>;
  readonly maxQueued: number;
  readonly scheduler: SchedulerLike;
  /** Told of what the sink threw, the first time. */
  readonly onFailure: (where: string, error: unknown) => void;
}

/**
 * Measures a unit for as long as it exists: its connections by what `state$` tells, the messages of the cloud by
 * `message$`, and its own as the watch that is returned, which the outgoing queue has to be given.
 */
export const unitMetrics = (
  sink: MetricsSink,
  { state$, message$, maxQueued, scheduler, onFailure }: UnitMetricsOptions,
): Required<PendingMessagesObserver> => {
  const safe = harmless(sink, onFailure);
  const error = (fault: unknown) => {
    onFailure('the metrics', fault);
  };
  const clock = () => scheduler.now() / 1000;
  state$.subscribe({ next: connectionMetrics(safe, clock, maxQueued), error });
  message$.subscribe({
    next: ({ data }) => {
      safe.add('unitlink.client.consumed.messages', 1, { type: data.messageType });
    },
    error,
  });
  return queueMetrics(safe, clock);
};

type Recorder = Pick<MetricsSink, 'add' | 'record'>;

const harmless = (sink: MetricsSink, onFailure: UnitMetricsOptions['onFailure']): Recorder => {
  let failed = false;
  const guarded =
    (take: 'add' | 'record'): MetricsSink['add'] =>
    (...measurement) => {
      try {
        sink[take](...measurement);
      } catch (error) {
        if (!failed) onFailure('the metrics sink', error);
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
