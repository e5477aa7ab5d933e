import { laneNumber, lanes } from '../../delivery/send-options.js';
import type { DeliveryReport } from '../../delivery/outgoing-message.js';
import type { ErrorDescription } from '../../observability/describe-error.js';
import type { MetricPoint } from '../../observability/memory-metrics.js';
import type { MetricName } from '../../observability/metrics-sink.js';
import { redactText } from '../../protocol/redact-text.js';
import type { LineMessage } from '../io/read-line.js';
import type { UnitEvent } from './events.js';
import { pastEvents } from './past-events.js';
import type { CertificateStatus, UnitStatus } from './status.js';

/** The clocks of a status. */
export interface StatusClocks {
  /** Milliseconds since 1970. */
  readonly now: () => number;
  /** Milliseconds by a clock that nobody sets. */
  readonly uptime: () => number;
}

/** Collects what a unit does into its status. */
export interface StatusOfUnit {
  /** Takes each event of the unit. */
  readonly take: (event: UnitEvent) => void;
  /** Takes each step of a message of stdin. */
  readonly step: (message: LineMessage, report: DeliveryReport) => void;
  readonly certificates: (list: readonly CertificateStatus[]) => void;
  /** Returns the name of the state. */
  readonly state: () => UnitStatus['state']['state'];
  /** Returns the status, with the numbers of these series. */
  readonly document: (points: readonly MetricPoint[]) => UnitStatus;
}

/** Starts with nothing known. */
export const statusOfUnit = (systemId: string, clocks: StatusClocks): StatusOfUnit => {
  const past = pastEvents();
  const byLane = lanes.map(() => 0);
  let state: UnitStatus['state'] = { state: 'starting', at: new Date(clocks.now()).toISOString() };
  let certificates: readonly CertificateStatus[] = [];
  let nacked = 0;
  return {
    take: (event) => {
      past.take(event, clocks.now());
      if (event.event === 'state') state = stateFields(event);
      if (event.event === 'delivery' && event.cause?.name === 'NackError') nacked++;
    },
    step: ({ data, lane, policy }, { status }) => {
      const change = changes[status === 'sent' && policy === 'sendOnly' ? 'dropped' : status];
      if (change === 0) return;
      const number = laneNumber(data.messageType, lane);
      byLane[number] = (byLane[number] ?? 0) + change;
    },
    certificates: (list) => {
      certificates = list.map((one) => ({ ...one, subject: short(one.subject) }));
    },
    state: () => state.state,
    document: (points) => {
      const sum = (name: MetricName) => sumOf(points.filter((point) => point.name === name));
      const size = sum('unitlink.client.queue.size');
      const [urgent = 0, normal = 0, bulk = 0] = byLane;
      const restored = Math.max(0, size - urgent - normal - bulk);
      return {
        ...{ version: 1, systemId: short(systemId), pid: process.pid },
        ...{ now: new Date(clocks.now()).toISOString(), uptime: Math.round(clocks.uptime()), state },
        queue: {
          ...{ size, capacity: sum('unitlink.client.queue.capacity'), inFlight: sum('unitlink.client.inflight') },
          lanes: { urgent, normal, bulk, restored },
        },
        totals: {
          sent: sum('unitlink.client.sent.messages'),
          acked: sum('unitlink.client.acked.messages'),
          nacked,
          resent: sum('unitlink.client.retried.messages'),
          dropped: sum('unitlink.client.dropped.messages'),
          received: sum('unitlink.client.consumed.messages'),
        },
        reconnects: reconnectsIn(points),
        certificates,
        events: past.list(),
      };
    },
  };
};

/** By which a step changes the number of messages in the queue. */
const changes = { queued: 1, sent: 0, requeued: 0, acknowledged: -1, dropped: -1 } as const;

const sumOf = (points: readonly MetricPoint[]): number => points.reduce((sum, { value }) => sum + value, 0);

const reconnectsIn = (points: readonly MetricPoint[]): Readonly<Record<string, number>> =>
  Object.fromEntries(
    points
      .filter(({ name }) => name === 'unitlink.client.reconnects')
      .map(({ attributes, value }) => [attributes['cause'] ?? 'other', value]),
  );

/** The longest text of another side, in characters. */
const longestText = 1000;

const short = (text: string): string => text.slice(0, longestText);

const shortened = (error: ErrorDescription): ErrorDescription => ({ ...error, message: short(error.message) });

const stateFields = (entered: Extract<UnitEvent, { event: 'state' }>): UnitStatus['state'] => {
  const { state, at, storeError } = entered;
  return {
    ...{ state, at },
    ...('url' in entered && { url: short(redactText(entered.url)) }),
    ...('since' in entered && { since: entered.since }),
    ...('cause' in entered && {
      ...{ attempt: entered.attempt, delay: entered.delay },
      cause: shortened(entered.cause),
    }),
    ...(storeError && { storeError: shortened(storeError) }),
  };
};
