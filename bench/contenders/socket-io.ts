import { io } from 'socket.io-client';
import { dataOf, envelopeOf, txnOf } from '../message.js';
import type { ContenderFactory } from './contender.js';

const transports = ['websocket'];

/** Its at-least-once mode: `retries`, which has one packet on its way at a time. */
export const socketIo: ContenderFactory = {
  create: ({ url, credentials: { ca, cert, key } }) => {
    const socket = io(url, {
      transports,
      autoConnect: false,
      forceNew: true,
      retries: 3,
      ackTimeout: 10_000,
      ca,
      cert,
      key,
    });
    return {
      connect: () => {
        socket.connect();
      },
      send: (n, onAck) => {
        socket.emit('message', envelopeOf(txnOf(n), dataOf(n)), (error: unknown) => {
          if (error) console.error(error);
          else onAck();
        });
      },
    };
  },
  createIdle: () =>
    io('ws://127.0.0.1:1', { transports, autoConnect: false, forceNew: true, retries: 3, ackTimeout: 10_000 }),
};
