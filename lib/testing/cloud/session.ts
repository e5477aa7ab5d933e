import type { Duplex } from 'node:stream';
import type { WebSocket } from '../../server/web-socket.js';
import { pingFrame } from './envelope.js';
import { replyToMessages, type ReplyOptions } from './replies.js';
import type { Peer } from './peer.js';

/** One WebSocket with a unit, and the streams under it. */
export interface Link {
  readonly webSocket: WebSocket;
  /** What the WebSocket reads from and writes to. */
  readonly stream: Duplex;
  readonly peer: Peer;
  /** Ends the TCP connection at the bottom with a reset. */
  readonly reset: () => void;
}

export interface SessionOptions extends ReplyOptions {
  /** In milliseconds; 0 for no pings. */
  readonly pingInterval: number;
}

export interface Session {
  /** Of the certificate of the unit. */
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
  silence(): void;
  /** Reads and answers nothing, and pings on. */
  stopReading(): void;
  resume(): void;
  /** Settles when it is over. */
  readonly closed: Promise<void>;
}

/** Receives and answers the messages of one unit until the link ends. */
export const openSession = (session: number, link: Link, options: SessionOptions): Session => {
  const { webSocket, stream, peer, reset } = link;
  const { record, pingInterval } = options;
  const held: (() => void)[] = [];
  let state: 'answering' | 'deaf' | 'silent' | 'dropped' = 'answering';
  let pings = 0;

  const isOpen = (): boolean => webSocket.readyState === webSocket.OPEN;
  const isAnswering = (): boolean => state === 'answering' && isOpen();

  const ping = (count: number): void => {
    if ((state === 'answering' || state === 'deaf') && isOpen())
      stream.write(Buffer.concat(Array.from({ length: count }, () => pingFrame(`${++pings}`))));
  };

  const replies = replyToMessages(
    session,
    peer.commonName,
    (text) => {
      const sends = isAnswering();
      if (sends) webSocket.send(text, { binary: true });
      return sends;
    },
    options,
  );

  // It can begin in the middle of what one read brought in; the rest of that waits here.
  const whenRead = (act: () => void): void => {
    if (state === 'answering') act();
    else if (state !== 'dropped') held.push(act);
  };
  const become = (next: 'deaf' | 'silent'): void => {
    if (state === 'dropped') return;
    state = next;
    webSocket.pause();
  };

  record.add({ kind: 'opened', session, commonName: peer.commonName, serial: peer.serial });
  const timer = pingInterval > 0 ? setInterval(ping, pingInterval, 1) : undefined;
  const closed = new Promise<void>((resolve) => {
    webSocket.once('close', (code, reason) => {
      clearInterval(timer);
      record.add({ kind: 'closed', session, code, reason: reason.toString() });
      resolve();
    });
  });
  webSocket
    .on('message', (bytes: Buffer, binary) => {
      whenRead(() => {
        replies.receive(bytes, binary);
      });
    })
    .on('ping', (payload) => {
      whenRead(() => {
        record.add({ kind: 'ping', session, payload: payload.toString() });
        webSocket.pong(payload);
      });
    })
    .on('pong', (payload) => {
      whenRead(() => {
        record.add({ kind: 'pong', session, payload: payload.toString() });
      });
    })
    .on('error', (error) => {
      record.add({ kind: 'unreadable', session, reason: error.message });
    });

  return {
    commonName: peer.commonName,
    isOpen,
    systemId: () => replies.systemId(),
    isAnswering,
    sendFrame: (bytes, binary) => {
      webSocket.send(bytes, { binary });
    },
    sendBytes: (bytes) => stream.write(bytes),
    ping,
    close: (code, reason) => {
      webSocket.close(code, reason);
    },
    reset,
    drop: () => {
      state = 'dropped';
      stream.end();
    },
    silence: () => {
      become('silent');
    },
    stopReading: () => {
      become('deaf');
    },
    resume: () => {
      if (state !== 'silent' && state !== 'deaf') return;
      state = 'answering';
      webSocket.resume();
      for (const act of held.splice(0)) whenRead(act);
    },
    closed,
  };
};
