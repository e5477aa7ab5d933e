import type { OpenLink } from '../link/link.js';
import type { Socket } from '../transport/types.js';

/** State of the connection. Times in milliseconds. */
export type ConnectionState =
  /** The discovery URLs are asked for the endpoints. */
  | { readonly state: 'discovering' }
  /** A WebSocket is being opened. */
  | {
      readonly state: 'connecting';
      /** The endpoint. */
      readonly url: string;
    }
  /** The WebSocket is open. */
  | {
      readonly state: 'connected';
      /** The endpoint. */
      readonly url: string;
      /** The time when it was opened, since 1970. */
      readonly since: number;
    }
  /** The last attempt failed or its link ended, and the next one is due later. */
  | {
      readonly state: 'waiting';
      /** The number of the next attempt in its cycle. */
      readonly attempt: number;
      /** The time from the beginning of this state to the next attempt. */
      readonly delay: number;
      /** The error that ended the last attempt. */
      readonly cause: unknown;
    }
  /** The unit was stopped. */
  | { readonly state: 'stopped' };

/** A reason to suspect a link; from `paused` to `resumed` it is not read, and cannot be found dead. */
export type SuspicionReason = 'silence' | 'paused' | 'resumed';

/** A state of the connection; `connected` comes with its socket and its link. */
export type ConnectionEvent = ConnectionState & {
  readonly socket?: Socket;
  readonly link?: OpenLink<SuspicionReason>;
};

/** A state between two attempts. */
export type Waiting = Extract<ConnectionState, { state: 'waiting' }>;
