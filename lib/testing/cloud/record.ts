import { filter, map, type Observable, Subject } from 'rxjs';
import type { UnitServerEvent } from '../../server/units/unit-server-events.js';
import type { CloudEvent, CloudEventBody, ReceivedMessage } from './events.js';

/** The number of events of each kind so far, at the time it is read. */
export interface CloudCounts {
  /** Discovery requests answered, in whatever way. */
  readonly discoveries: number;
  /** Upgrades accepted. */
  readonly upgrades: number;
  /** Upgrades refused. */
  readonly refused: number;
  /** Sessions open now. */
  readonly sessions: number;
  /** Messages received other than acks and nacks, duplicates included. */
  readonly received: number;
  /** Messages whose txn came before, among at least the last 100,000. */
  readonly duplicates: number;
  /** Messages the cloud acknowledged. */
  readonly acked: number;
}

/** The counters and events of a cloud. */
export interface CloudRecord {
  /** Emits each event. */
  readonly event$: Observable<CloudEvent>;
  /** Emits the messages of the units. */
  readonly message$: Observable<ReceivedMessage>;
  /** Emits the txn of each ack. */
  readonly ack$: Observable<string>;
  /** The number of events of each kind so far. */
  readonly counts: CloudCounts;
  /** Counts and emits an event. */
  add(event: CloudEventBody): void;
  /** Completes the Observables. */
  end(): void;
}

type Counters = { -readonly [name in keyof CloudCounts]: number };

const count = (counts: Counters, event: CloudEventBody): void => {
  switch (event.kind) {
    case 'discovery':
      counts.discoveries++;
      break;
    case 'upgrade':
      counts[event.status === 101 ? 'upgrades' : 'refused']++;
      break;
    case 'opened':
      counts.sessions++;
      break;
    case 'closed':
      counts.sessions--;
      break;
    case 'message':
      counts.received++;
      if (event.duplicate) counts.duplicates++;
      break;
    case 'answered':
      if (event.answer === 'ack') counts.acked++;
      break;
    default:
  }
};

const isOfServer = (event: CloudEventBody): event is UnitServerEvent => !isFault(event.kind);

const isFault = (kind: CloudEventBody['kind']): boolean =>
  kind === 'outage' || kind === 'restored' || kind === 'restoreFailed';

/** Keeps counters and emits events; it stores no event, so it stays small however long the cloud runs. */
export const createRecord = (measure?: (event: UnitServerEvent) => void): CloudRecord => {
  const start = performance.now();
  const events$ = new Subject<CloudEvent>();
  const counts = { discoveries: 0, upgrades: 0, refused: 0, sessions: 0, received: 0, duplicates: 0, acked: 0 };
  return {
    event$: events$.asObservable(),
    message$: events$.pipe(
      filter((event) => event.kind === 'message'),
      map(({ header, data }) => ({ header, data })),
    ),
    ack$: events$.pipe(
      filter((event) => event.kind === 'ack'),
      map((event) => event.txn),
    ),
    get counts() {
      return { ...counts };
    },
    add: (event) => {
      count(counts, event);
      if (isOfServer(event)) measure?.(event);
      if (events$.observed) events$.next({ ...event, at: performance.now() - start });
    },
    end: () => {
      events$.complete();
    },
  };
};
