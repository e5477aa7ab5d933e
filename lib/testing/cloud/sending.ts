import { randomUUID } from 'node:crypto';
import { defer, EMPTY, filter, firstValueFrom, merge, throwError, timeout as within } from 'rxjs';
import { AckTimeoutError } from '../../errors.js';
import { writeMessage } from '../../server/units/envelope.js';
import { CloudError } from './error.js';
import type { CloudRecord } from './record.js';
import type { Session } from '../../server/units/session.js';

/** Options of `send`. */
export interface SendOptions {
  /** Default: a new random one. */
  readonly txn?: string;
  /** The `systemId` of the header. Default: that of the unit it goes to. */
  readonly systemId?: string;
  /** The only unit it goes to. Default: all that are connected. */
  readonly to?: string;
}

/** Sends messages of the cloud. Every method throws a {@link CloudError} if no unit is connected. */
export interface CloudSending {
  /** Sends a message and returns its txn; `data` is sent as it is, valid or not. */
  send(data: object, options?: SendOptions): string;
  /**
   * Sends a message and waits until a unit acknowledges it; gives its txn. Rejects with an `AckTimeoutError` after
   * `timeout` milliseconds (default 5,000).
   */
  sendAndWait(data: object, timeout?: number): Promise<string>;
  /** Sends a WebSocket frame with any content. `binary: false` makes it a text frame. Default: binary. */
  sendFrame(bytes: Uint8Array | string, options?: { readonly binary?: boolean }): void;
  /** Writes bytes into the TLS stream below the WebSocket, so that broken frames can be made. */
  sendBytes(bytes: Uint8Array): void;
  /** Sends this many pings (default 1) in one write, numbered in their payload. */
  ping(count?: number): void;
}

/** Sends messages over the open sessions. */
export const cloudSending = (sessions: ReadonlySet<Session>, record: CloudRecord): CloudSending => {
  const receivers = (to?: string): Session[] => {
    const found = [...sessions].filter(
      (session) => session.isAnswering() && (to === undefined || session.systemId() === to),
    );
    if (found.length === 0) {
      throw new CloudError(`${to === undefined ? 'no unit' : `unit ${to}`} is connected, or it is silenced`);
    }
    return found;
  };

  const send = (data: object, { txn = randomUUID(), systemId, to }: SendOptions = {}): string => {
    for (const session of receivers(to)) {
      session.sendFrame(writeMessage(systemId ?? session.systemId(), txn, data), true);
    }
    return txn;
  };

  return {
    send,
    sendAndWait: async (data, timeout = 5000) => {
      const txn = randomUUID();
      const sent$ = defer(() => {
        send(data, { txn });
        return EMPTY;
      });
      const acked = await firstValueFrom(
        merge(record.ack$, sent$).pipe(
          filter((other) => other === txn),
          within({ first: timeout, with: () => throwError(() => new AckTimeoutError(txn, 1, timeout)) }),
        ),
        { defaultValue: undefined },
      );
      if (acked === undefined) throw new CloudError(`the cloud was stopped before message ${txn} was acknowledged`);
      return txn;
    },
    sendFrame: (bytes, { binary = true } = {}) => {
      for (const session of receivers()) session.sendFrame(bytes, binary);
    },
    sendBytes: (bytes) => {
      for (const session of receivers()) session.sendBytes(bytes);
    },
    ping: (count = 1) => {
      for (const session of receivers()) session.ping(count);
    },
  };
};
