import type { WebSocket } from './web-socket.js';

/** The time a dashboard has to answer a close frame, in milliseconds. */
const closeTimeout = 1000;

/** Closes one WebSocket. */
export interface Closing {
  /** Sends a close frame, and terminates the connection if it is not answered in time. Does nothing while suspended. */
  readonly close: (code: number, reason: string) => void;
  /** While suspended, `close` does nothing. */
  readonly suspend: (on: boolean) => void;
  /** Stops waiting for the answer. */
  readonly stop: () => void;
}

/** Closes a WebSocket with a close frame and a limit on how long its answer may take. */
export const createClosing = (webSocket: WebSocket): Closing => {
  let suspended = false;
  let timer: NodeJS.Timeout | undefined;
  return {
    close: (code, reason) => {
      if (suspended || webSocket.readyState >= webSocket.CLOSING) return;
      webSocket.close(code, reason);
      timer = setTimeout(() => {
        webSocket.terminate();
      }, closeTimeout);
    },
    suspend: (on) => {
      suspended = on;
    },
    stop: () => {
      clearTimeout(timer);
    },
  };
};
