import type { Buffer } from 'node:buffer';

/**
 * The part of a WebSocket of the package `ws` that servers use. The types of `ws` are a package of their own, which apps
 * need not have, so declarations that apps see do not name them.
 */
export interface WebSocket {
  readonly readyState: number;
  /** The subprotocol; empty if there is none. */
  readonly protocol: string;
  readonly OPEN: number;
  readonly CLOSING: number;
  /** Bytes that were sent and have not left yet. */
  readonly bufferedAmount: number;
  /** Sends a text frame, and calls back when it has left. */
  send(text: string, left: () => void): void;
  /** Sends a frame. */
  send(bytes: Uint8Array | string, options: { readonly binary: boolean }): void;
  /** Answers a ping. */
  pong(payload: Buffer): void;
  /** Begins to close with a close frame. */
  close(code: number, reason?: string): void;
  /** Cuts the connection. */
  terminate(): void;
  /** Stops reading. */
  pause(): void;
  /** Reads again. */
  resume(): void;
  once(event: 'close', listener: (code: number, reason: Buffer) => void): this;
  on(event: 'error', listener: (error: Error) => void): this;
  on(event: 'message', listener: (bytes: Buffer, binary: boolean) => void): this;
  on(event: 'ping' | 'pong', listener: (payload: Buffer) => void): this;
}
