import type { Server as HttpServer } from 'node:http';
import { Server } from 'socket.io';

/** Acks each event. */
export const serveSocketIo = (server: HttpServer): void => {
  new Server(server, { transports: ['websocket'], perMessageDeflate: false }).on('connection', (socket) => {
    socket.on('message', (_data: unknown, ack: () => void) => {
      ack();
    });
  });
};
