import { map, tap } from 'rxjs';
import type { Socket, Transport } from '../transport/types.js';
import type { FrameDirection } from './message-line.js';
import type { MessageLog } from './types.js';

/**
 * Returns the same transport, whose sockets write each frame to a log: just before it is sent, or before it is read.
 */
export const loggedTransport = (
  transport: Transport,
  log: Pick<MessageLog, 'write'>,
  onFailure: (error: unknown) => void,
): Transport => {
  const write = (direction: FrameDirection, frame: string | Uint8Array) => {
    try {
      log.write(direction, frame);
    } catch (error) {
      onFailure(error);
    }
  };
  return {
    discover: (request) => transport.discover(request),
    idle$: transport.idle$,
    ...(transport.identify && { identify: (...given) => transport.identify?.(...given) ?? [] }),
    openSocket: (request) => transport.openSocket(request).pipe(map((socket) => loggedSocket(socket, write))),
  };
};

const loggedSocket = (socket: Socket, write: MessageLog['write']): Socket => ({
  url: socket.url,
  frame$: socket.frame$.pipe(
    tap((frame) => {
      if (frame !== 'text' && frame.length > 0) write('RX', frame);
    }),
  ),
  activity$: socket.activity$,
  drain$: socket.drain$,
  get bufferedAmount() {
    return socket.bufferedAmount;
  },
  send: (frame) => {
    write('TX', frame);
    socket.send(frame);
  },
  ...(socket.sendBatch && {
    sendBatch: (frames: readonly string[]) => {
      for (const frame of frames) write('TX', frame);
      socket.sendBatch?.(frames);
    },
  }),
  ping: () => {
    socket.ping();
  },
  ...(socket.pause && {
    pause: () => {
      socket.pause?.();
    },
  }),
  ...(socket.resume && {
    resume: () => {
      socket.resume?.();
    },
  }),
  abandon: () => {
    socket.abandon();
  },
});
