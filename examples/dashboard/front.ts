import { connect, createServer, type AddressInfo, type Socket } from 'node:net';
import { once } from 'node:events';

/** One address in front of several servers: each connection goes, byte by byte, to the server that is chosen when it comes. */
export interface Front {
  readonly port: number;
  readonly stop: () => Promise<void>;
}

/** The system resets no socket whose end of stream is on its way, and Node would then never close it. */
const reset = (socket: Socket): void => {
  if (socket.writableEnded) socket.destroy();
  else socket.resetAndDestroy();
};

/** Ends one side the way that the other ended. */
const bind = (from: Socket, to: Socket): void => {
  from
    .on('error', () => {
      reset(to);
    })
    .on('close', () => to.destroy())
    .pipe(to);
};

/** Listens on loopback; `target` gives a port there. */
export const startFront = async (port: number, target: () => number): Promise<Front> => {
  const open = new Set<Socket>();
  const server = createServer((client) => {
    const upstream = connect(target(), '127.0.0.1');
    open.add(client.on('close', () => open.delete(client)));
    bind(client, upstream);
    bind(upstream, client);
  });
  await once(server.listen(port, '127.0.0.1'), 'listening');
  return {
    port: (server.address() as AddressInfo).port,
    stop: async () => {
      for (const client of open) client.destroy();
      const closed = once(server, 'close');
      server.close();
      await closed;
    },
  };
};
