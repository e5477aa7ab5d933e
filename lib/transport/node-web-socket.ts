import { WebSocket as Ws, type ClientOptions } from 'ws';
import type { WebSocketClass } from './web-socket.js';

/**
 * A closing socket waits a quarter second for the other side. Each address of a name gets a second: a quarter of the
 * deadline that a dashboard has by default, where Node gives it 250 ms, which a slow link does not keep.
 */
const options: ClientOptions & { closeTimeout: number; autoSelectFamilyAttemptTimeout: number } = {
  perMessageDeflate: false,
  closeTimeout: 250,
  autoSelectFamilyAttemptTimeout: 1000,
};

/** What opens the WebSocket of a dashboard that runs in Node. */
export const WebSocket: WebSocketClass = class extends Ws {
  constructor(url: string, protocols?: string[]) {
    super(url, protocols, options);
  }
};
