import { Observable } from 'rxjs';
import { WebSocket } from 'ws';
import { ConnectError, ConnectionClosedError, ConnectionLostError, UnauthorizedError } from '../errors.js';
import { shownUrl } from '../protocol/url.js';
import { codeOf } from './code-of.js';
import { retryAfterHeader } from './retry-after-header.js';
import { tlsOptions } from './tls-options.js';
import type { SocketRequest } from './types.js';

/** How long the other side has to answer a close frame, in milliseconds. */
const closeTimeout = 250;

/**
 * Emits `opened` when the upgrade went well, sends a ping, emits `ponged` when that is answered, and goes on until it is
 * unsubscribed, which closes with 1000. Fails as opening a socket does, and at every end.
 */
export const probeWebSocket = ({ url, token, credentials }: SocketRequest): Observable<'opened' | 'ponged'> =>
  new Observable((subscriber) => {
    const shown = shownUrl(url);
    const ws = new WebSocket(url, {
      ...tlsOptions(credentials),
      headers: { Authorization: `Bearer ${token}` },
      followRedirects: false,
      perMessageDeflate: false,
      ...{ closeTimeout },
    });
    let opened = false;
    ws.on('open', () => {
      opened = true;
      subscriber.next('opened');
      ws.ping();
    });
    ws.on('pong', () => {
      subscriber.next('ponged');
    });
    ws.on('unexpected-response', (request, { statusCode: code = 0, headers }) => {
      request.destroy();
      const refusal = { code, ...retryAfterHeader(headers['retry-after']) };
      subscriber.error(
        code === 401
          ? new UnauthorizedError(shown)
          : new ConnectError(shown, `it was answered with HTTP ${code}`, refusal),
      );
    });
    ws.on('error', (cause) => {
      if (opened) subscriber.error(new ConnectionLostError(shown, codeOf(cause).code ?? 1006, { cause }));
      else subscriber.error(new ConnectError(shown, cause.message, { cause, ...codeOf(cause) }));
    });
    ws.on('close', (code, reason) => {
      subscriber.error(
        code === 1006
          ? new ConnectionLostError(shown, code)
          : new ConnectionClosedError(
              shown,
              code,
              token === '' ? reason.toString() : reason.toString().replaceAll(token, '***'),
            ),
      );
    });
    return () => {
      if (ws.readyState === WebSocket.CONNECTING) ws.terminate();
      else ws.close(1000);
    };
  });
