import { once } from 'node:events';
import { connect, createServer, type AddressInfo, type Socket } from 'node:net';

/** How links are ended: by a TCP reset, by its proper end, or without a word, so that neither side notices. */
export type Cut = 'reset' | 'end' | 'silence';

/** A way to a port of loopback, on which things can go wrong. */
export interface TcpProxy extends AsyncDisposable {
  readonly port: number;
  /** The connections there are; later ones are well. */
  cut(how: Cut): void;
}

interface Pair {
  readonly ends: readonly [Socket, Socket];
}

/** Starts one on loopback. */
export const startTcpProxy = async (target: number): Promise<TcpProxy> => {
  const pairs = new Set<Pair>();
  const server = createServer((inner) => {
    const outer = connect(target, '127.0.0.1');
    const pair: Pair = { ends: [inner, outer] };
    pairs.add(pair);
    for (const [one, other] of [
      [inner, outer],
      [outer, inner],
    ] as const) {
      one.setNoDelay(true);
      one.on('error', () => other.destroy());
      one.on('close', () => {
        other.destroy();
        pairs.delete(pair);
      });
      one.pipe(other);
    }
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');

  const cutPair = (how: Cut, [inner, outer]: Pair['ends']): void => {
    if (how === 'silence') {
      // Nobody reads any more, and nobody hears that the other one has gone.
      for (const socket of [inner, outer]) {
        socket.unpipe();
        socket.removeAllListeners('close').pause();
        socket.on('close', () => undefined);
      }
      return;
    }
    for (const socket of [inner, outer])
      if (how === 'reset') socket.resetAndDestroy();
      else socket.end();
  };

  const silent = new Set<Socket>();
  return {
    port: (server.address() as AddressInfo).port,
    cut: (how) => {
      for (const pair of pairs) {
        pairs.delete(pair);
        for (const socket of pair.ends) silent.add(socket);
        cutPair(how, pair.ends);
      }
    },
    [Symbol.asyncDispose]: async () => {
      const closed = once(server, 'close');
      server.close();
      for (const socket of [...silent, ...[...pairs].flatMap(({ ends }) => ends)]) socket.destroy();
      await closed;
    },
  };
};
