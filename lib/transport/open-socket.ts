import type { IncomingMessage } from 'node:http';
import type { createConnection } from 'node:net';
import { Observable } from 'rxjs';
import { WebSocket, type ClientOptions } from 'ws';
import { ConnectError, ConnectionClosedError, ConnectionLostError, textOf, UnauthorizedError } from '../errors.js';
import { shownReason } from '../protocol/shown-reason.js';
import { shownUrl } from '../protocol/url.js';
import { ClosingWebSocket } from './closing-web-socket.js';
import { codeOf } from './code-of.js';
import { dial } from './dial.js';
import { requestHeaders } from './request-headers.js';
import type { RequestOptions } from './request-options.js';
import { openedSocket } from './opened-socket.js';
import { retryAfterHeader } from './retry-after-header.js';
import type { Socket, SocketRequest } from './types.js';

/** Options of a WebSocket. */
export interface OpenSocketOptions extends RequestOptions {
  /**
   * The subprotocol that is asked for.
   *
   * @defaultValue none
   */
  readonly subprotocol?: string | undefined;
  /**
   * The largest frame that is read, in bytes.
   *
   * @defaultValue 4 MiB
   */
  readonly maxPayload?: number;
  /**
   * The connection ends if the network takes nothing of what was written for this time, in milliseconds.
   *
   * @defaultValue 30 s
   */
  readonly sendTimeout?: number;
  /** Called when nothing of the socket is left, which is after it ended or was unsubscribed. */
  readonly onGone?: () => void;
}

/** The time that a closing socket waits for the other side, in milliseconds. */
const closeTimeout = 250;

/**
 * Emits the socket once it is open, then only ends: with ConnectionClosedError at a close frame of the cloud, with
 * another error at every other end. Unsubscribing closes with 1000.
 */
export const openSocket = (request: SocketRequest, options: OpenSocketOptions = {}): Observable<Socket> =>
  new Observable((subscriber) => {
    const { maxPayload = 4 * 1024 * 1024, sendTimeout = 30_000, onGone } = options;
    const url = shownUrl(request.url);
    const shown = request.url.startsWith('wss:') ? request.credentials : undefined;
    const connection = dial(shown, options);
    const tunnel = options.tunnel?.(request.url, shown);
    const agent = options.agent?.(request.credentials) ?? tunnel;
    const createSocket = connection.createConnection as typeof createConnection; // the only form that is called
    const way = agent === undefined ? { createConnection: createSocket } : { agent };
    const ws = newWebSocket(request, { maxPayload, ...way }, options);
    let tcp: IncomingMessage['socket'] | undefined;
    let opened: ReturnType<typeof openedSocket> | undefined;

    const fail = (cause: Error) => {
      if (tunnel?.failure) subscriber.error(tunnel.failure);
      else if (opened) subscriber.error(new ConnectionLostError(url, codeOf(cause).code ?? 1006, { cause }));
      else subscriber.error(new ConnectError(url, textOf(cause), { cause, ...codeOf(cause) }));
    };
    const stalled = () => {
      const cause = new Error(`no write was taken for ${sendTimeout} ms`);
      subscriber.error(new ConnectionLostError(url, 'ESENDTIMEOUT', { cause }));
    };
    ws.on('upgrade', (response) => (tcp = response.socket));
    ws.on('unexpected-response', (asked, response) => {
      asked.destroy();
      subscriber.error(refusalOf(url, response));
    });
    ws.on('error', fail);
    ws.on('close', (code, reason) => {
      onGone?.();
      if (code === 1006) subscriber.error(new ConnectionLostError(url, code));
      else subscriber.error(new ConnectionClosedError(url, code, shownReason(reason.toString(), request.token)));
    });
    ws.on('open', () => {
      if (tcp === undefined) return;
      connection.worked();
      opened = openedSocket(ws, tcp, { url, sendTimeout, onStall: stalled, onError: fail });
      subscriber.next(opened.socket);
    });

    return () => {
      connection.failed();
      if (!opened) tunnel?.abandon();
      if (ws.readyState === WebSocket.CONNECTING) ws.terminate();
      else {
        opened?.flush();
        ws.close(1000);
      }
    };
  });

/** The error of an upgrade that was answered with another status than 101. */
const refusalOf = (url: string, { statusCode = 0, headers }: IncomingMessage): ConnectError =>
  statusCode === 401
    ? new UnauthorizedError(url)
    : new ConnectError(url, `the upgrade was answered with HTTP ${statusCode}`, {
        code: statusCode,
        ...retryAfterHeader(headers['retry-after'], headers.date),
      });

/** A WebSocket that is being opened. If `ws` and Node throw instead, at a header or a key they cannot use, nothing is left behind. */
const newWebSocket = (
  { url, token }: SocketRequest,
  options: Pick<ClientOptions, 'maxPayload' | 'createConnection' | 'agent'>,
  { onGone, headers, subprotocol }: OpenSocketOptions,
): ClosingWebSocket => {
  const settings: ClientOptions & { closeTimeout: number } = {
    ...options,
    headers: requestHeaders(headers, { Authorization: `Bearer ${token}` }),
    followRedirects: false,
    perMessageDeflate: false,
    // ws ends the connection when more pings arrive in one read than it is willing to answer.
    autoPong: false,
    closeTimeout,
  };
  try {
    return new ClosingWebSocket(url, subprotocol === undefined ? [] : [subprotocol], settings);
  } catch (cause) {
    onGone?.();
    // Not as its cause: it may show the URL with its query.
    throw new ConnectError(shownUrl(url), textOf(cause).replaceAll(url, 'it'), codeOf(cause));
  }
};
