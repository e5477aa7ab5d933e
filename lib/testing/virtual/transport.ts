import { catchError, concat, defer, filter, map, NEVER, of, switchMap, throwError, type Observable } from 'rxjs';
import {
  ConnectError,
  ConnectionClosedError,
  ConnectionLostError,
  DiscoveryError,
  UnitlinkError,
} from '../../errors.js';
import { protocolVersion } from '../../protocol/message-types.js';
import type { Socket, Transport } from '../../transport/types.js';
import type { Received, VirtualCloud } from './cloud.js';
import { virtualSocket } from './socket.js';

/** Dependencies of {@link virtualTransport}. */
export interface VirtualTransportOptions {
  readonly systemId: string;
  readonly onReceived: (received: Received) => void;
}

const endpoint = 'wss://cloud.example/ws/v7/';
const message = (error: unknown): string => (error instanceof Error ? error.message : String(error));

/** A transport that reaches nothing but a cloud made of marbles, and knows no certificates. */
export const virtualTransport = (cloud: VirtualCloud, { systemId, onReceived }: VirtualTransportOptions): Transport => {
  const { discovery$ = of({}), link$ = concat(of('open'), NEVER) } = cloud;
  let cloudTxn = 0;
  const newTxn = () => `cloud-${++cloudTxn}`;

  return {
    identify: () => ['https://cloud.example/sd/v7/'],
    discover: ({ url }) =>
      discovery$.pipe(
        catchError((error: unknown) => throwError(() => own(error) ?? new DiscoveryError(url, message(error)))),
        map((response) =>
          JSON.stringify({
            version: protocolVersion,
            systemId,
            connectionInfo: [endpoint],
            authToken: 'token',
            ...response,
          }),
        ),
      ),
    openSocket: ({ url }) =>
      defer(() => {
        let opened = false;
        const end = (): UnitlinkError =>
          opened ? new ConnectionClosedError(url, 1000, '') : new ConnectError(url, 'the virtual link ended');
        const fail = (error: unknown): UnitlinkError =>
          own(error) ??
          (opened ? new ConnectionLostError(url, 1006, { cause: error }) : new ConnectError(url, message(error)));
        return concat(
          link$,
          throwError(() => end()),
        ).pipe(
          catchError((error: unknown) => throwError(() => fail(error))),
          filter((_, index) => index === 0),
          switchMap((): Observable<Socket> => {
            opened = true;
            return virtualSocket(cloud, { url, systemId, newTxn, onReceived });
          }),
        );
      }),
    idle$: of(true),
  };
};

/** The errors of this library stand for themselves, so that a marble can say exactly what went wrong. */
const own = (error: unknown): UnitlinkError | undefined => (error instanceof UnitlinkError ? error : undefined);
