import { WebSocket as Ws, type ClientOptions } from 'ws';
import type { WebSocketClass } from './web-socket.js';

/** A closing socket waits a quarter second for the other side. */
const options: ClientOptions & { closeTimeout: number } = { perMessageDeflate: false, closeTimeout: 250 };

/** What opens the WebSocket of a dashboard that runs in Node. */
export const WebSocket: WebSocketClass = class extends Ws {
  constructor(url: string, protocols?: string[]) {
    super(url, protocols, options);
  }
};
