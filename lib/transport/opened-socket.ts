import type { Socket as TcpSocket } from 'node:net';
import { fromEvent, Subject } from 'rxjs';
import { WebSocket } from 'ws';
import { clientFrames } from './client-frames.js';
import type { ClosingWebSocket } from './closing-web-socket.js';
import { PacedWriter } from './paced-writer.js';
import { ReadBatch } from './read-batch.js';
import type { Socket } from './types.js';
import { watchWrites } from './watch-writes.js';

/** Settings of {@link openedSocket}. */
export interface OpenedSocketOptions {
  /** The URL as it may be shown. */
  readonly url: string;
  /** The time after which a write that the network does not take is a stall, in milliseconds. */
  readonly sendTimeout: number;
  /** Called at a stall. */
  readonly onStall: () => void;
  /** Called with an error of the TCP connection. */
  readonly onError: (error: Error) => void;
}

/** The idle time before the kernel probes the link, in milliseconds. */
const keepAliveDelay = 15_000;
/** With so many pongs unsent, further pings go unanswered: their sender reads nothing. */
const pongLimit = 1000;

/** An open WebSocket of `ws` over this TCP connection as a {@link Socket}; `flush` hands all that waits to the network. */
export const openedSocket = (
  ws: ClosingWebSocket,
  tcp: TcpSocket,
  { url, sendTimeout, onStall, onError }: OpenedSocketOptions,
): { readonly socket: Socket; readonly flush: () => void } => {
  const frame$ = new Subject<Uint8Array | 'text'>();
  const activity$ = new Subject<'ping' | 'pong' | 'bytes'>();
  tcp.setKeepAlive(true, keepAliveDelay);
  tcp.prependListener('error', onError);
  const writes = watchWrites(sendTimeout, onStall);
  tcp.once('close', writes.stop);

  const writer = new FrameWriter(ws, tcp, writes.began);
  tcp.prependListener('data', () => {
    writer.beginRead();
  });
  // After ws has its own listeners: ws reads first, and a reset is reported with its cause before ws says 1006.
  tcp.on('data', () => {
    activity$.next('bytes');
    writer.endRead();
  });
  const pong = answerPings(ws, writer);
  ws.on('ping', (payload) => {
    activity$.next('ping');
    pong(payload);
  });
  ws.on('pong', () => {
    activity$.next('pong');
  });
  ws.on('message', (frame: Buffer, isBinary) => {
    frame$.next(isBinary ? frame : 'text');
  });
  const socket = new OpenedSocket(url, ws, writer, { frame$, activity$, drain$: fromEvent(tcp, 'drain') });
  return {
    socket,
    flush: () => {
      writer.flush();
    },
  };
};

/** Writes messages past ws, which knows of none that is not whole: it writes its pings, pongs and close between them. */
class FrameWriter {
  readonly #paced: PacedWriter;
  readonly #batch: ReadBatch;

  constructor(ws: ClosingWebSocket, tcp: TcpSocket, began: () => () => void) {
    this.#paced = new PacedWriter(tcp, began);
    this.#batch = new ReadBatch((frames) => {
      if (ws.readyState === WebSocket.OPEN) this.#paced.write(clientFrames(frames));
    });
    ws.beforeClose = () => {
      this.#batch.flush();
    };
  }

  get waiting(): number {
    return this.#batch.waiting + this.#paced.waiting;
  }

  beginRead(): void {
    this.#batch.begin();
  }

  endRead(): void {
    this.#batch.end();
  }

  send(frames: readonly string[]): void {
    this.#batch.send(frames);
  }

  /** Does this behind all that was sent before. */
  afterwards(work: () => void): void {
    this.#batch.flush();
    this.#paced.afterwards(work);
  }

  /** Hands everything over now. */
  flush(): void {
    this.#batch.flush();
    this.#paced.flush();
  }
}

// A class, since an object with a getter of its own is a hash table, which takes half a KiB.
class OpenedSocket implements Socket {
  readonly url: string;
  readonly frame$: Socket['frame$'];
  readonly activity$: Socket['activity$'];
  readonly drain$: Socket['drain$'];
  readonly #ws: WebSocket;
  readonly #writer: FrameWriter;

  constructor(
    url: string,
    ws: WebSocket,
    writer: FrameWriter,
    { frame$, activity$, drain$ }: Pick<Socket, 'frame$' | 'activity$' | 'drain$'>,
  ) {
    this.url = url;
    this.frame$ = frame$;
    this.activity$ = activity$;
    this.drain$ = drain$;
    this.#ws = ws;
    this.#writer = writer;
  }

  get bufferedAmount(): number {
    return this.#ws.bufferedAmount + this.#writer.waiting;
  }

  readonly send = (frame: string): void => {
    this.#writer.send([frame]);
  };

  readonly sendBatch = (frames: readonly string[]): void => {
    this.#writer.send(frames);
  };

  readonly ping = (): void => {
    this.#writer.afterwards(() => {
      if (this.#ws.readyState === WebSocket.OPEN) this.#ws.ping();
    });
  };

  readonly pause = (): void => {
    this.#ws.pause();
  };

  readonly resume = (): void => {
    this.#ws.resume();
  };

  readonly abandon = (): void => {
    this.#ws.close(1000);
    this.#ws.terminate();
  };
}

/** Returns the function that answers a ping, behind all that was written before. */
const answerPings = (ws: WebSocket, writer: FrameWriter): ((payload: Buffer) => void) => {
  let unsent = 0;
  return (payload) => {
    if (ws.readyState !== WebSocket.OPEN || unsent >= pongLimit) return;
    unsent++;
    writer.afterwards(() => {
      if (ws.readyState === WebSocket.OPEN) ws.pong(payload, true, () => unsent--);
    });
  };
};
