import { createHash } from 'node:crypto';
import type { Server } from 'node:http';
import { systemId } from '../message.js';
import { ackReader } from './ack-reader.js';

const keySuffix = '258EAFA5-E914-47DA-95CA-C5AB0DC85B11';

/** Discovery that names this server, and a WebSocket that acks each message. */
export const serveAcks = (server: Server): void => {
  server.on('request', (request, response) => {
    const secure = 'encrypted' in request.socket;
    const connectionInfo = [`${secure ? 'wss' : 'ws'}://${request.headers.host ?? ''}/`];
    response.end(JSON.stringify({ version: 7, systemId, connectionInfo, authToken: 'token', errorCode: 0 }));
  });
  server.on('upgrade', ({ headers }, socket) => {
    const key = `${headers['sec-websocket-key'] ?? ''}${keySuffix}`;
    const accept = createHash('sha1').update(key).digest('base64');
    const upgrade = ['HTTP/1.1 101 Switching Protocols', 'Upgrade: websocket', 'Connection: Upgrade'];
    socket.write([...upgrade, `Sec-WebSocket-Accept: ${accept}`, '', ''].join('\r\n'));
    const read = ackReader(socket);
    socket.on('data', read);
    socket.on('error', () => socket.destroy());
  });
};
