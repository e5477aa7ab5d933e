import type { Server } from 'node:http';
import { Aedes } from 'aedes';
import { createWebSocketStream, WebSocketServer } from 'ws';

/** Gives what serves MQTT over WebSocket. */
export const mqttBroker = async (): Promise<(server: Server) => void> => {
  const broker = await Aedes.createBroker();
  return (server) => {
    new WebSocketServer({ server, perMessageDeflate: false }).on('connection', (ws, request) => {
      const stream = createWebSocketStream(ws);
      stream.on('error', () => {
        ws.terminate();
      });
      broker.handle(stream, request);
    });
  };
};
