import type { WebSocketClass } from './web-socket.js';

/** What opens the WebSocket of a dashboard that runs in a browser. */
export const WebSocket: WebSocketClass = (globalThis as unknown as { WebSocket: WebSocketClass }).WebSocket;
