import type { IncomingMessage } from 'node:http';
import type { createConnection } from 'node:net';
import { fromEvent, Observable, Subject } from 'rxjs';
import { WebSocket, type ClientOptions } from 'ws';
import { ConnectError, ConnectionClosedError, ConnectionLostError, textOf, UnauthorizedError } from '../errors.js';
import { shownReason } from '../protocol/shown-reason.js';
import { shownUrl } from '../protocol/url.js';
import { clientFrames } from './client-frames.js';
import { codeOf } from './code-of.js';
import { dial, type DialOptions } from './dial.js';
import { pacedWriter, type PacedWriter } from './paced-writer.js';
import { retryAfterHeader } from './retry-after-header.js';
import { tlsOptions } from './tls-options.js';
import type { Socket, SocketRequest } from './types.js';
import { watchWrites } from './watch-writes.js';

/** The settings of a WebSocket. */
export interface OpenSocketOptions extends DialOptions {
  /** The largest frame that is read, in bytes. Default 4 MiB. */
  readonly maxPayload?: number;
  /** Where the network takes nothing of what was written for this time, the connection ends, in milliseconds. Default 30 s. */
  readonly sendTimeout?: number;
  /** Called when nothing of the socket is left, which is after it ended or was unsubscribed. */
  readonly onGone?: () => void;
}

/** How long a closing socket waits for the other side, in milliseconds. */
const closeTimeout = 250;
/** The idle time before the kernel probes the link, in milliseconds. */
const keepAliveDelay = 15_000;
/** With so many pongs unsent, further pings go unanswered: who sends them reads nothing. */
const pongLimit = 1000;

/**
 * Emits the socket once it is open, then only ends: with ConnectionClosedError at a close frame of the cloud, with
 * another error at every other end. Unsubscribing closes with 1000.
 */
export const openSocket = (
  { url, token, credentials }: SocketRequest,
  { maxPayload = 4 * 1024 * 1024, sendTimeout = 30_000, onGone, ...dialOptions }: OpenSocketOptions = {},
): Observable<Socket> =>
  new Observable((subscriber) => {
    const shown = shownUrl(url);
    const connection = dial(url.startsWith('wss:'), dialOptions);
    const frame$ = new Subject<Uint8Array | 'text'>();
    const activity$ = new Subject<'ping' | 'pong' | 'bytes'>();
    const options: ClientOptions & { closeTimeout: number } = {
      ...tlsOptions(credentials),
      headers: { Authorization: `Bearer ${token}` },
      followRedirects: false,
      perMessageDeflate: false,
      maxPayload,
      // ws ends the connection when more pings arrive in one read than it is willing to answer.
      autoPong: false,
      closeTimeout,
      createConnection: connection.createConnection as typeof createConnection, // the only form that is called
    };
    const ws = newWebSocket(url, options, onGone);
    let tcp: IncomingMessage['socket'] | undefined;
    let opened = false;
    let unsentPongs = 0;
    let paced: PacedWriter | undefined;

    const fail = (cause: Error) => {
      if (opened) subscriber.error(new ConnectionLostError(shown, codeOf(cause).code ?? 1006, { cause }));
      else subscriber.error(new ConnectError(shown, textOf(cause), { cause, ...codeOf(cause) }));
    };
    ws.on('upgrade', (response) => (tcp = response.socket));
    ws.on('unexpected-response', (request, { statusCode = 0, headers }) => {
      request.destroy();
      if (statusCode === 401) subscriber.error(new UnauthorizedError(shown));
      else
        subscriber.error(
          new ConnectError(shown, `the upgrade was answered with HTTP ${statusCode}`, {
            code: statusCode,
            ...retryAfterHeader(headers['retry-after'], headers.date),
          }),
        );
    });
    ws.on('error', fail);
    ws.on('close', (code, reason) => {
      onGone?.();
      if (code === 1006) subscriber.error(new ConnectionLostError(shown, code));
      else subscriber.error(new ConnectionClosedError(shown, code, shownReason(reason.toString(), token)));
    });
    ws.on('ping', (payload) => {
      activity$.next('ping');
      if (ws.readyState !== WebSocket.OPEN || unsentPongs >= pongLimit) return;
      unsentPongs++;
      const pong = () => {
        if (ws.readyState === WebSocket.OPEN) ws.pong(payload, true, () => unsentPongs--);
      };
      if (paced) paced.afterwards(pong);
      else pong();
    });
    ws.on('pong', () => {
      activity$.next('pong');
    });
    ws.on('message', (frame: Buffer, isBinary) => {
      frame$.next(isBinary ? frame : 'text');
    });
    ws.on('open', () => {
      const link = tcp;
      if (link === undefined) return;
      opened = true;
      connection.worked();
      link.setKeepAlive(true, keepAliveDelay);
      // After ws has its own listeners: ws reads first, and a reset is told with its cause before ws says 1006.
      link.on('data', () => {
        activity$.next('bytes');
      });
      link.prependListener('error', fail);
      const writes = watchWrites(sendTimeout, () => {
        subscriber.error(
          new ConnectionLostError(shown, 'ESENDTIMEOUT', {
            cause: new Error(`no write was taken for ${sendTimeout} ms`),
          }),
        );
      });
      link.once('close', writes.stop);
      // Past ws, which knows of no message that is not whole: it writes its pings, pongs and close between them.
      const writer = (paced = pacedWriter(link, writes.began));
      const write = (frames: readonly string[]) => {
        if (ws.readyState === WebSocket.OPEN) writer.write(clientFrames(frames));
      };
      subscriber.next({
        url: shown,
        frame$,
        activity$,
        drain$: fromEvent(link, 'drain'),
        get bufferedAmount() {
          return ws.bufferedAmount + writer.waiting;
        },
        send: (frame) => {
          write([frame]);
        },
        sendAll: write,
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
      });
    });

    return () => {
      connection.failed();
      if (ws.readyState === WebSocket.CONNECTING) ws.terminate();
      else {
        paced?.flush();
        ws.close(1000);
      }
    };
  });

/** A WebSocket that is being opened. What `ws` and Node throw instead, at a header or a key they cannot use, leaves nothing behind. */
const newWebSocket = (url: string, options: ClientOptions, onGone: OpenSocketOptions['onGone']): WebSocket => {
  try {
    return new WebSocket(url, options);
  } catch (cause) {
    onGone?.();
    // Not as its cause: it may show the URL with its query.
    throw new ConnectError(shownUrl(url), textOf(cause).replaceAll(url, 'it'), codeOf(cause));
  }
};
