import { concat, defer, EMPTY, filter, map, merge, of, switchMap, type Observable } from 'rxjs';
import { openSocket } from '../open-socket.js';
import type { Socket, SocketRequest } from '../types.js';

/**
 * Emits `opened` when the upgrade went well, sends a ping, emits `ponged` when that is answered, and goes on until it is
 * unsubscribed, which closes with 1000. Fails as opening a socket does, and at every end.
 */
export const probeWebSocket = (
  request: SocketRequest,
  open: (request: SocketRequest) => Observable<Socket> = openSocket,
): Observable<'opened' | 'ponged'> =>
  open(request).pipe(
    switchMap((socket) => {
      const ping$ = defer(() => {
        socket.ping();
        return EMPTY;
      });
      const ponged$ = socket.activity$.pipe(
        filter((sign) => sign === 'pong'),
        map(() => 'ponged' as const),
      );
      return merge(ponged$, concat(of('opened' as const), ping$)); // listens before it asks
    }),
  );
