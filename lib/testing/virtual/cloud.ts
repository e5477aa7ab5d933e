import { delay, map, type Observable } from 'rxjs';
import type { AckData, Header, MessageData, UnitData } from '../../protocol/envelope.js';
import type { DiscoveryResponse } from '../../protocol/discovery.js';

/** A frame of a virtual cloud: a message, a ping, or raw bytes. */
export type CloudFrame =
  | {
      /**
       * The id in the header.
       *
       * @defaultValue `cloud-1`, `cloud-2` and so on
       */
      readonly txn?: string;
      /** The body. */
      readonly data: MessageData;
    }
  | 'ping'
  | Uint8Array;

/** A message of the unit as the virtual cloud got it. */
export interface Received {
  /** The header of the message. */
  readonly header: Header;
  /** The data of the message. */
  readonly data: UnitData | AckData;
}

/** A cloud made of marbles. Each part has a default, which together are a cloud without faults. */
export interface VirtualCloud {
  /**
   * The answer of service discovery, subscribed for each request; members that are left out have sensible values, and
   * an error is a failed request.
   *
   * @defaultValue one endpoint, at once
   */
  readonly discovery$?: Observable<Partial<DiscoveryResponse>>;
  /**
   * The life of a link, subscribed for each attempt to open one: its first value is the open socket, its completion a
   * close frame with 1000, its error a lost connection. Default: open at once and forever.
   *
   * ```
   * link$: 5ms o 60s #      (open after 5 ms, reset a minute later)
   * ```
   */
  readonly link$?: Observable<unknown>;
  /**
   * The frames of the cloud, subscribed for each open link.
   *
   * @defaultValue none
   */
  readonly frame$?: Observable<CloudFrame>;
  /**
   * Answers the messages of a link.
   *
   * @defaultValue {@link acknowledge}
   */
  readonly answer?: (received$: Observable<Received>) => Observable<CloudFrame>;
  /**
   * True if pings of the unit are answered; a cloud that sends nothing either is a dead link.
   *
   * @defaultValue true
   */
  readonly pongs?: boolean;
  /**
   * Emits true while the cloud reads, subscribed for each open link. While the last value is false, frames of the unit
   * pile up in its socket, and pings are answered late.
   *
   * @defaultValue it always reads
   */
  readonly reads$?: Observable<boolean>;
}

/**
 * Returns a message of the cloud with this body.
 *
 * @example
 * ```ts
 * const { unit } = virtualUnit(scheduler, { frame$: cold('5ms m', { m: cloudMessage({ messageType: 'requestLog' }) })
 * });
 * ```
 * @param data - The body, valid or not
 * @param txn - The id, by default `cloud-1`, `cloud-2` and so on
 */
export const cloudMessage = (data: MessageData, txn?: string): CloudFrame => ({
  data,
  ...(txn === undefined ? {} : { txn }),
});

/**
 * Returns the ack of a message.
 *
 * @example
 * ```ts
 * const answer = map(({ header }: Received) => ack(header.txn));
 * ```
 * @param txn - The id of the message
 */
export const ack = (txn: string): CloudFrame => ({ txn, data: { messageType: 'ack' } });

/**
 * Returns the nack of a message.
 *
 * @example
 * ```ts
 * const answer = map(({ header }: Received) => nack(header.txn, 500));
 * ```
 * @param txn - The id of the message
 * @param retryAfter - The wait before the unit may send again, in milliseconds
 */
export const nack = (txn: string, retryAfter?: number): CloudFrame => ({
  txn,
  data: { messageType: 'nack', ...(retryAfter === undefined ? {} : { retryAfter }) },
});

/**
 * Acknowledges every message.
 *
 * @example
 * ```ts
 * const { unit, received$ } = virtualUnit(scheduler, { answer: acknowledge(20) });
 * ```
 * @param after - The delay in milliseconds, by default 0: in the same millisecond
 */
export const acknowledge =
  (after = 0) =>
  (received$: Observable<Received>): Observable<CloudFrame> =>
    received$.pipe(
      delay(after),
      map(({ header }) => ack(header.txn)),
    );
