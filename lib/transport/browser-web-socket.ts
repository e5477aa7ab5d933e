import type { WebSocketClass } from './web-socket.js';

/** The WebSocket of a dashboard that runs in a browser. */
export const WebSocket: WebSocketClass = (globalThis as unknown as { WebSocket: WebSocketClass }).WebSocket;
