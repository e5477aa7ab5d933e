import type { Socket as TcpSocket } from 'node:net';
import { fromEvent, Subject } from 'rxjs';
import { WebSocket } from 'ws';
import { clientFrames } from './client-frames.js';
import type { ClosingWebSocket } from './closing-web-socket.js';
import { pacedWriter } from './paced-writer.js';
import { readBatch } from './read-batch.js';
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

  const writer = frameWriter(ws, tcp, writes.began);
  tcp.prependListener('data', writer.batch.begin);
  // After ws has its own listeners: ws reads first, and a reset is reported with its cause before ws says 1006.
  tcp.on('data', () => {
    activity$.next('bytes');
    writer.batch.end();
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
  const streams = { frame$, activity$, drain$: fromEvent(tcp, 'drain') };
  return { socket: socketOf(url, ws, writer, streams), flush: writer.flush };
};

type FrameWriter = ReturnType<typeof frameWriter>;

/** Writes messages past ws, which knows of none that is not whole: it writes its pings, pongs and close between them. */
const frameWriter = (ws: ClosingWebSocket, tcp: TcpSocket, began: () => () => void) => {
  const paced = pacedWriter(tcp, began);
  const batch = readBatch((frames) => {
    if (ws.readyState === WebSocket.OPEN) paced.write(clientFrames(frames));
  });
  ws.beforeClose = batch.flush;
  return {
    batch,
    waiting: () => batch.waiting + paced.waiting,
    /** Does this behind all that was sent before. */
    afterwards: (work: () => void) => {
      batch.flush();
      paced.afterwards(work);
    },
    /** Hands everything over now. */
    flush: () => {
      batch.flush();
      paced.flush();
    },
  };
};

const socketOf = (
  url: string,
  ws: WebSocket,
  writer: FrameWriter,
  streams: Pick<Socket, 'frame$' | 'activity$' | 'drain$'>,
): Socket => {
  const { send } = writer.batch;
  return {
    url,
    ...streams,
    get bufferedAmount() {
      return ws.bufferedAmount + writer.waiting();
    },
    send: (frame) => {
      send([frame]);
    },
    sendBatch: send,
    ping: () => {
      writer.afterwards(() => {
        if (ws.readyState === WebSocket.OPEN) ws.ping();
      });
    },
    pause: () => {
      ws.pause();
    },
    resume: () => {
      ws.resume();
    },
    abandon: () => {
      ws.close(1000);
      ws.terminate();
    },
  };
};

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
