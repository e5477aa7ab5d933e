import { Aedes } from 'aedes';
import { createWebSocketStream, WebSocketServer } from 'ws';
import { listen, type Ports, type ServerIdentity } from './listen.js';
import { listenOnTcp } from './tcp.js';

/** Serves MQTT over TCP. */
export const serveMqttOnTcp = async (identity: ServerIdentity): Promise<Ports> => {
  const broker = await Aedes.createBroker();
  return listenOnTcp(identity, (socket) => {
    broker.handle(socket);
  });
};

/** Serves MQTT over WebSocket. */
export const serveMqtt = async (identity: ServerIdentity): Promise<Ports> => {
  const broker = await Aedes.createBroker();
  return listen(identity, (server) => {
    new WebSocketServer({ server, perMessageDeflate: false }).on('connection', (ws, request) => {
      const stream = createWebSocketStream(ws);
      stream.on('error', () => {
        ws.terminate();
      });
      broker.handle(stream, request);
    });
  });
};
