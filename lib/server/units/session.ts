import type { Duplex } from 'node:stream';
import type { WebSocket } from '../web-socket.js';
import { pingFrame } from './envelope.js';
import type { Peer } from './peer.js';
import { Reading } from './reading.js';
import { ForeignMessageError, type Replies, replyToMessages, type ReplyOptions } from './replies.js';

/** One WebSocket with a unit, and the streams under it. */
export interface SessionLink {
  readonly webSocket: WebSocket;
  /** The stream under the WebSocket. */
  readonly stream: Duplex;
  readonly peer: Peer;
  /** Ends the TCP connection at the bottom with a reset. */
  readonly reset: () => void;
}

/** Options of {@link openSession}. */
export interface SessionOptions extends ReplyOptions {
  /** The interval between pings, in milliseconds; 0 for no pings. */
  readonly pingInterval: number;
}

/** A {@link ForeignMessageError} closes the session with this code. */
const policyViolation = 1008;

/** One session of a unit. */
export interface Session {
  /** The common name in the certificate of the unit. */
  readonly commonName: string;
  /** False from the moment it begins to end. */
  isOpen(): boolean;
  systemId(): string;
  /** False while silenced, and from the moment it begins to end. */
  isAnswering(): boolean;
  sendFrame(bytes: Uint8Array | string, binary: boolean): void;
  sendBytes(bytes: Uint8Array): void;
  /** Sends this many pings in one write. */
  ping(count: number): void;
  /** Ends it with a close frame. */
  close(code: number, reason: string): void;
  /** Ends it with a TCP reset. */
  readonly reset: () => void;
  /** Ends it with a TCP FIN and no close frame. */
  drop(): void;
  /** Reads, answers and sends nothing. */
  silence(): void;
  /** Reads and answers nothing, and sends pings all the same. */
  stopReading(): void;
  /** Ends `silence` and `stopReading`; what was held is handled. */
  resume(): void;
  /** Settles when it has ended. */
  readonly closed: Promise<void>;
}

/** A session over a WebSocket. */
export interface LinkedSession extends Session {
  /** The certificate of the unit. */
  readonly peer: Peer;
  /** Reads no further, answers what was read, and ends it with a close frame. */
  readonly leave: (code: number, reason: string) => void;
  /** Bytes that were sent and have not left yet. */
  readonly bufferedAmount: () => number;
  /** Calls back with each sign of life. */
  readonly watch: (activity: (kind: 'ping' | 'pong' | 'bytes') => void) => void;
}

/** Receives and answers the messages of one unit until the link ends. */
export const openSession = (session: number, link: SessionLink, options: SessionOptions): LinkedSession => {
  const { webSocket, stream, peer, reset } = link;
  const { record, pingInterval } = options;
  const reading = new Reading();
  let pings = 0;
  const isOpen = (): boolean => webSocket.readyState === webSocket.OPEN;
  const isAnswering = (): boolean => reading.isAnswering && isOpen();
  const send = (text: string): boolean => {
    const sends = isAnswering();
    if (sends) webSocket.send(text, { binary: true });
    return sends;
  };
  const ping = (count: number): void => {
    if (reading.sendsPings && isOpen())
      stream.write(Buffer.concat(Array.from({ length: count }, () => pingFrame(`${++pings}`))));
  };
  const pause = (how: 'deaf' | 'silent'): void => {
    if (reading.pause(how)) webSocket.pause();
  };

  const replies = replyToMessages(session, peer.commonName, send, options);
  record.add({ kind: 'opened', session, commonName: peer.commonName, serial: peer.serial });
  const timer = pingInterval > 0 ? setInterval(ping, pingInterval, 1) : undefined;
  const closed = closureOf(session, link, options, timer);
  listen(session, link, options, { reading, replies });

  return {
    ...{ commonName: peer.commonName, peer, isOpen, isAnswering, ping, reset, closed },
    systemId: () => replies.systemId(),
    bufferedAmount: () => webSocket.bufferedAmount,
    watch: (activity) => {
      webSocket
        .on('message', () => {
          activity('bytes');
        })
        .on('ping', () => {
          activity('ping');
        })
        .on('pong', () => {
          activity('pong');
        });
    },
    sendFrame: (bytes, binary) => {
      webSocket.send(bytes, { binary });
    },
    sendBytes: (bytes) => stream.write(bytes),
    close: (code, reason) => {
      webSocket.close(code, reason);
    },
    leave: leaving(webSocket, { reading, replies }),
    drop: () => {
      reading.end();
      stream.end();
    },
    silence: () => {
      pause('silent');
    },
    stopReading: () => {
      pause('deaf');
    },
    resume: () => {
      reading.resume(() => {
        webSocket.resume();
      });
    },
  };
};

interface Reader {
  readonly reading: Reading;
  readonly replies: Replies;
}

/** Returns what reads no further, and closes once what was read is answered. */
const leaving =
  (webSocket: WebSocket, { reading, replies }: Reader) =>
  (code: number, reason: string): void => {
    webSocket.pause();
    void replies.settled().then(() => {
      // What comes later is dropped, and not acknowledged: the unit sends it again on its next link.
      reading.end();
      webSocket.close(code, reason);
      webSocket.resume();
    });
  };

/** Settles when the WebSocket has ended. */
const closureOf = (
  session: number,
  { webSocket }: SessionLink,
  { record }: SessionOptions,
  timer: NodeJS.Timeout | undefined,
): Promise<void> =>
  new Promise((resolve) => {
    webSocket.once('close', (code, reason) => {
      clearInterval(timer);
      record.add({ kind: 'closed', session, code, reason: reason.toString() });
      resolve();
    });
  });

/** Records and answers what comes. A pause can begin in the middle of what one read brought in; the rest of it waits. */
const listen = (
  session: number,
  { webSocket }: SessionLink,
  { record }: SessionOptions,
  { reading, replies }: Reader,
): void => {
  webSocket
    .on('message', (bytes: Buffer, binary) => {
      reading.whenRead(() => {
        try {
          replies.receive(bytes, binary);
        } catch (error) {
          if (!(error instanceof ForeignMessageError)) throw error;
          record.add({ kind: 'unreadable', session, reason: error.message });
          webSocket.close(policyViolation, error.message);
        }
      });
    })
    .on('ping', (payload) => {
      reading.whenRead(() => {
        record.add({ kind: 'ping', session, payload: payload.toString() });
        webSocket.pong(payload);
      });
    })
    .on('pong', (payload) => {
      reading.whenRead(() => {
        record.add({ kind: 'pong', session, payload: payload.toString() });
      });
    })
    .on('error', (error) => {
      record.add({ kind: 'unreadable', session, reason: error.message });
    });
};
