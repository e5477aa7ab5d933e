import { Observable, Subject } from 'rxjs';
import { ConnectError, ConnectionClosedError, ConnectionLostError, textOf } from '../errors.js';
import { oneLine } from '../protocol/one-line.js';
import { shownUrl } from '../protocol/url.js';

/** The part of the browser's WebSocket that is used; that of `ws` has it too. */
export interface WebSocketLike {
  /** 0 connecting, 1 open, 2 closing, 3 closed. */
  readonly readyState: number;
  /** The type of binary frames. */
  binaryType: string;
  /** Called when frames may be sent. */
  onopen: ((event: never) => void) | null;
  /** Called with each frame. */
  onmessage: ((event: never) => void) | null;
  /** Called once, with the close code. */
  onclose: ((event: never) => void) | null;
  /** Called before `onclose` if something went wrong. */
  onerror: ((event: never) => void) | null;
  /** Sends a text frame. */
  send: (frame: string) => void;
  /** Begins to close, with 1000 unless a code is given. */
  close: (code?: number) => void;
  /** Cuts the connection without waiting for the other side; absent in browsers. */
  terminate?: () => void;
}

/** The class of a WebSocket: the browser's, or that of `ws`. */
export type WebSocketClass = new (url: string, protocols?: string[]) => WebSocketLike;

/** An open WebSocket that carries text; it lives until the Observable that emitted it ends or is unsubscribed. */
export interface TextSocket {
  /** As it may be shown. */
  readonly url: string;
  readonly frame$: Observable<string>;
  readonly send: (frame: string) => void;
  /** True if the WebSocket itself says that it is open, which it may do long after the link is dead. */
  readonly isOpen: () => boolean;
}

/** The longest reason of a close that is shown, in characters; the protocol allows 123 bytes. */
const maxReason = 200;
/** `readyState` of an open WebSocket. */
const open = 1;

/**
 * Emits the socket once it is open, then only ends: with ConnectionClosedError at a close frame, with another error at
 * every other end. Unsubscribing releases it at once, and closes with 1000 without waiting for an answer, which a
 * browser does for a minute if the network is gone.
 */
export const openWebSocket = (
  url: string,
  { WebSocket, protocols = [], secret = '' }: { WebSocket: WebSocketClass; protocols?: string[]; secret?: string },
): Observable<TextSocket> =>
  new Observable((subscriber) => {
    const shown = shownUrl(url);
    const frame$ = new Subject<string>();
    const utf8 = new TextDecoder();
    const socket = newWebSocket(url, protocols, WebSocket);
    const isOpen = () => socket.readyState === open;
    let opened = false;

    socket.binaryType = 'arraybuffer';
    socket.onopen = () => {
      opened = true;
      subscriber.next({
        url: shown,
        frame$,
        isOpen,
        send: (frame) => {
          if (isOpen()) socket.send(frame);
        },
      });
    };
    socket.onmessage = ({ data }: { data: string | ArrayBuffer }) => {
      frame$.next(typeof data === 'string' ? data : utf8.decode(data));
    };
    socket.onerror = () => undefined; // says nothing that the close does not say
    socket.onclose = ({ code, reason }: { code: number; reason: string }) => {
      // A server that says which token it is tired of must not bring it into a log.
      const said = oneLine(secret === '' ? reason : reason.replaceAll(secret, '***')).slice(0, maxReason);
      if (code !== 1006) subscriber.error(new ConnectionClosedError(shown, code, said));
      else if (opened) subscriber.error(new ConnectionLostError(shown, code));
      else subscriber.error(new ConnectError(shown, 'the server cannot be reached, or refused the upgrade', { code }));
    };
    return () => {
      socket.onopen = socket.onmessage = socket.onclose = null;
      const closing = isOpen();
      socket.close(1000);
      if (!closing) socket.terminate?.();
    };
  });

/** Errors of the class about a URL or a subprotocol that it does not accept may show the URL with its query. */
const newWebSocket = (url: string, protocols: string[], WebSocket: WebSocketClass): WebSocketLike => {
  try {
    return new WebSocket(url, protocols);
  } catch (cause) {
    throw new ConnectError(shownUrl(url), textOf(cause).replaceAll(url, 'it'));
  }
};
