import {
  asyncScheduler,
  connect,
  defer,
  EMPTY,
  filter,
  map,
  merge,
  mergeMap,
  of,
  takeUntil,
  tap,
  timer,
  type Observable,
} from 'rxjs';
import type { DashboardData, ServerData } from '../../protocol/subscription/messages.js';

/** A frame of a virtual server: a message, with the txn it answers if it is an `ack` or `nack`, or raw text. */
export type VirtualServerFrame =
  | string
  | (ServerData & {
      /** The `txn` of the frame that an `ack` or `nack` answers. */
      readonly txn?: string;
    });

/** A message of a dashboard as the virtual server got it, with its txn. */
export type VirtualServerReceived = DashboardData & {
  /** The id that an `ack` or `nack` refers to. */
  readonly txn: string;
};

/** A server of dashboards made of marbles. Each part has a default, which together are a server without faults. */
export interface VirtualServer {
  /**
   * The life of a WebSocket, subscribed for each dial: its first value accepts the upgrade, its completion is a close
   * frame with 1000, a ConnectionClosedError one with its code, any other error an end without one (1006). Default: open
   * at once and forever.
   *
   * ```
   * link$: 5ms o 60s #      (open after 5 ms, lost a minute later)
   * ```
   */
  readonly link$?: Observable<unknown>;
  /**
   * The frames that the server sends unasked, subscribed for each open link.
   *
   * @defaultValue none
   */
  readonly frame$?: Observable<VirtualServerFrame>;
  /**
   * Answers the frames of a link.
   *
   * @defaultValue {@link serveTopics} without any topics
   */
  readonly answer?: (received$: Observable<VirtualServerReceived>) => Observable<VirtualServerFrame>;
  /** Of each frame, one way, in milliseconds. Default 0. */
  readonly latency?: number;
}

/** Options of {@link serveTopics}. */
export interface ServeTopicsOptions {
  /**
   * The name of the server in `welcome`.
   *
   * @defaultValue `virtual`
   */
  readonly serverId?: string;
  /**
   * The interval between heartbeats, in milliseconds.
   *
   * @defaultValue 1,500
   */
  readonly heartbeat?: number;
}

/**
 * Answers like a server with these topics: the first value of a topic is the payload of its snapshot, each further one
 * that of an update, subscribed for each subscription. It has no log: every answer is a snapshot.
 *
 * @example
 * ```ts
 * const { dashboard } = virtualDashboard(scheduler, { answer: serveTopics({ mode: cold('a 9ms b') }) });
 * ```
 * @param topics - The payloads of each topic, by name
 * @param options - See {@link ServeTopicsOptions}; all are optional
 */
export const serveTopics =
  (
    topics: Readonly<Record<string, Observable<unknown>>> = {},
    { serverId = 'virtual', heartbeat = 1500 }: ServeTopicsOptions = {},
  ) =>
  (received$: Observable<VirtualServerReceived>): Observable<VirtualServerFrame> =>
    defer(() => {
      let seqs: Readonly<Record<string, number>> = {};
      const subscribed = (
        { subId, gen, topic }: DashboardData<'subscribe'>,
        over$: Observable<unknown>,
      ): Observable<VirtualServerFrame> => {
        const payload$ = Object.hasOwn(topics, topic) ? topics[topic] : undefined;
        if (!payload$) return of({ messageType: 'ended', subId, gen, code: 'unknown-topic' } as const);
        return payload$.pipe(
          map((payload, seq): VirtualServerFrame => {
            seqs = { ...seqs, [subId]: seq };
            const head = { subId, gen, seq, offset: seq, payload } as const;
            const at = asyncScheduler.now();
            return seq === 0
              ? { ...head, messageType: 'snapshot', epoch: serverId, asOf: at }
              : { ...head, messageType: 'update', ts: at };
          }),
          takeUntil(over$),
        );
      };
      const overOf = (messages$: Observable<VirtualServerReceived>, subId: string) =>
        messages$.pipe(
          filter((message) => 'subId' in message && message.subId === subId),
          tap(() => {
            seqs = Object.fromEntries(Object.entries(seqs).filter(([id]) => id !== subId));
          }),
        );
      const heartbeat$ = timer(heartbeat, heartbeat).pipe(
        map(() => ({ messageType: 'heartbeat', ts: asyncScheduler.now(), seqs: { ...seqs } }) as const),
      );
      return received$.pipe(
        connect((messages$) =>
          messages$.pipe(
            mergeMap((message): Observable<VirtualServerFrame> => {
              switch (message.messageType) {
                case 'hello':
                  return merge(
                    of({ messageType: 'welcome', sessionId: 'session', serverId, heartbeatMs: heartbeat } as const),
                    heartbeat$,
                  );
                case 'subscribe':
                  return subscribed(message, overOf(messages$, message.subId));
                case 'unsubscribe':
                  return of({ messageType: 'ack', txn: message.txn } as const);
                case 'ping':
                  return of({ messageType: 'pong', t: message.t } as const);
                default:
                  return EMPTY;
              }
            }),
          ),
        ),
      );
    });
