import type { Credentials } from 'unitlink';

/** Where the peer of a contender is. */
export interface Target {
  /** The WebSocket. */
  readonly url: string;
  /** Its service discovery, where it has one. */
  readonly discoveryUrl: string;
  readonly credentials: Credentials;
  /** The file of the durable queue, where the contender is to keep one. */
  readonly store?: string | undefined;
}

/** A way to deliver messages at least once. */
export interface Contender {
  /** Begins to connect. What was sent before goes out then. */
  readonly connect: () => void;
  /** Sends message number `n`; `onAck` is called once it is acknowledged. */
  readonly send: (n: number, onAck: () => void) => void;
}

/** Makes contenders of one kind. */
export interface ContenderFactory {
  /** One that is not connected. */
  readonly create: (target: Target) => Contender;
  /** One that has nothing to do and reaches no network. */
  readonly createIdle: (credentials: Credentials) => unknown;
}
