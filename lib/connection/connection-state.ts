import type { Socket } from '../transport/types.js';

/** Where the connection stands. Times in milliseconds, `since` since 1970. */
export type ConnectionState =
  | { readonly state: 'discovering' }
  | { readonly state: 'connecting'; readonly url: string }
  | { readonly state: 'connected'; readonly url: string; readonly since: number }
  /** `attempt` is the number in its cycle of the attempt that comes after `delay`; `cause` is why there is one. */
  | { readonly state: 'waiting'; readonly attempt: number; readonly delay: number; readonly cause: unknown }
  | { readonly state: 'stopped' };

/** A reason to doubt a link; from `paused` to `resumed` it is not read, and what is not read is not judged. */
export type Doubt = 'silence' | 'paused' | 'resumed';

/** A state of the connection; the one that is connected comes with its socket, and with whom to tell of a doubt. */
export type ConnectionEvent = ConnectionState & {
  readonly socket?: Socket;
  readonly doubt?: (reason: Doubt) => void;
};

/** A state between two attempts. */
export type Waiting = Extract<ConnectionState, { state: 'waiting' }>;
