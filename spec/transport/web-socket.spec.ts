import { expect } from 'chai';
import { ConnectionClosedError } from '../../lib/errors.js';
import { openWebSocket, type WebSocketLike } from '../../lib/transport/web-socket.js';

const sockets: WebSocketLike[] = [];

class SocketOfSpec implements WebSocketLike {
  readonly readyState = 0;
  binaryType = '';
  onopen: WebSocketLike['onopen'] = null;
  onmessage: WebSocketLike['onmessage'] = null;
  onclose: WebSocketLike['onclose'] = null;
  onerror: WebSocketLike['onerror'] = null;

  constructor() {
    sockets.push(this);
  }

  send(): void {
    throw new Error('it is not open');
  }

  close(): void {
    this.onclose = null;
  }
}

describe('openWebSocket', () => {
  it('shows the reason of a close on one line, without the token, and not in all its length', () => {
    const errors: unknown[] = [];
    const subscription = openWebSocket('wss://example.com/live', {
      WebSocket: SocketOfSpec,
      secret: 'secret-token',
    }).subscribe({
      error: (error: unknown) => errors.push(error),
    });
    const reason = `go\u001b[2J\naway, secret-token${'x'.repeat(1000)}`;
    sockets.at(-1)?.onclose?.({ code: 4000, reason } as never);
    subscription.unsubscribe();
    const [error] = errors as readonly ConnectionClosedError[];
    expect(error).to.be.instanceOf(ConnectionClosedError);
    expect(error?.reason).to.have.length(200);
    expect(error?.reason).to.match(/^go\\u001b\[2J away, \*\*\*x+$/);
  });
});
