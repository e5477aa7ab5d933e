import { WebSocket as Ws, type ClientOptions } from 'ws';
import type { WebSocketClass } from './web-socket.js';

/**
 * A closing socket waits a quarter second for the other side. Each address of a name has a second: a quarter of the
 * default deadline of a dashboard, instead of the 250 ms of Node, which are too short for a slow link.
 */
const options: ClientOptions & { closeTimeout: number; autoSelectFamilyAttemptTimeout: number } = {
  perMessageDeflate: false,
  closeTimeout: 250,
  autoSelectFamilyAttemptTimeout: 1000,
};

/** The WebSocket of a dashboard that runs in Node. */
export const WebSocket: WebSocketClass = class extends Ws {
  constructor(url: string, protocols?: string[]) {
    super(url, protocols, options);
  }
};
