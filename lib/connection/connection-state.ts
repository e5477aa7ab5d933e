import type { OpenLink } from '../link/link.js';
import type { Socket } from '../transport/types.js';

/** State of the connection. Times in milliseconds, `since` since 1970. */
export type ConnectionState =
  | { readonly state: 'discovering' }
  | { readonly state: 'connecting'; readonly url: string }
  | { readonly state: 'connected'; readonly url: string; readonly since: number }
  /** `attempt` is the number in its cycle of the attempt that comes after `delay`; `cause` is the error that ended the last one. */
  | { readonly state: 'waiting'; readonly attempt: number; readonly delay: number; readonly cause: unknown }
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
