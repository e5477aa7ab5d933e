import {
  asapScheduler,
  connect,
  EMPTY,
  filter,
  ignoreElements,
  map,
  merge,
  observeOn,
  tap,
  type Observable,
} from 'rxjs';
import type { Socket } from '../../transport/types.js';
import { acknowledge, type Received, type VirtualCloud } from './cloud.js';
import { Incoming } from './incoming.js';
import { Outgoing } from './outgoing.js';

/** A socket to a virtual cloud, and the traffic that moves its frames while it is subscribed. */
export interface VirtualSocket {
  readonly socket: Socket;
  readonly traffic$: Observable<never>;
}

/** Dependencies of {@link virtualSocket}. */
export interface VirtualSocketOptions {
  readonly url: string;
  readonly systemId: string;
  readonly newTxn: () => string;
  readonly onReceived: (received: Received) => void;
}

const isAnswerable = ({ data }: Received): boolean => data.messageType !== 'ack';

/** Opens a link to the virtual cloud, which answers the frames of the unit and sends its own. */
export const virtualSocket = (cloud: VirtualCloud, options: VirtualSocketOptions): VirtualSocket => {
  const { url, systemId, newTxn, onReceived } = options;
  const { frame$ = EMPTY, answer = acknowledge(), pongs = true, reads$ = EMPTY } = cloud;
  const incoming = new Incoming(systemId, newTxn);
  const outgoing = new Outgoing(pongs);
  const pong$ = outgoing.ping$.pipe(
    observeOn(asapScheduler),
    map(() => 'pong' as const),
  );
  const answer$ = outgoing.received$.pipe(
    // A network never answers before the write is done.
    observeOn(asapScheduler),
    tap(onReceived),
    connect((arrived$) => merge(arrived$.pipe(ignoreElements()), answer(arrived$.pipe(filter(isAnswerable))))),
  );
  return {
    socket: socketOf(url, incoming, outgoing),
    traffic$: merge(reads$.pipe(tap(outgoing.read), ignoreElements()), pong$, frame$, answer$).pipe(
      tap(incoming.arrive),
      ignoreElements(),
    ),
  };
};

const socketOf = (url: string, incoming: Incoming, outgoing: Outgoing): Socket => ({
  url,
  frame$: incoming.frame$,
  activity$: incoming.activity$,
  drain$: outgoing.drain$,
  get bufferedAmount() {
    return outgoing.bufferedAmount;
  },
  send: outgoing.write,
  ping: () => {
    outgoing.write('ping');
  },
  pause: incoming.pause,
  resume: incoming.resume,
  abandon: () => undefined,
});
