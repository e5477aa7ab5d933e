import {
  asapScheduler,
  connect,
  EMPTY,
  filter,
  ignoreElements,
  map,
  merge,
  observeOn,
  Subject,
  tap,
  type Observable,
} from 'rxjs';
import { formatTime } from '../../protocol/time.js';
import type { Socket } from '../../transport/types.js';
import { acknowledge, type CloudFrame, type Received, type VirtualCloud } from './cloud.js';

/** A socket to a virtual cloud, and what moves its frames while it is subscribed. */
export interface VirtualSocket {
  readonly socket: Socket;
  readonly traffic$: Observable<never>;
}

/** What {@link virtualSocket} needs besides the cloud. */
export interface VirtualSocketOptions {
  readonly url: string;
  readonly systemId: string;
  readonly newTxn: () => string;
  readonly onReceived: (received: Received) => void;
}

/** One link to the virtual cloud: what the unit sends is answered by it, what it sends the unit gets. */
export const virtualSocket = (
  { frame$: cloudFrame$ = EMPTY, answer = acknowledge(), pongs = true, reads$ = EMPTY }: VirtualCloud,
  { url, systemId, newTxn, onReceived }: VirtualSocketOptions,
): VirtualSocket => {
  const received$ = new Subject<Received>();
  const ping$ = new Subject<undefined>();
  const frame$ = new Subject<Uint8Array>();
  const activity$ = new Subject<'ping' | 'pong' | 'bytes'>();
  const drain$ = new Subject<undefined>();
  const unread: string[] = []; // what the unit sends, while the cloud does not read
  const unheard: (CloudFrame | 'pong')[] = []; // what the cloud sends, while the unit does not
  let reads = true;
  let isPaused = false;

  const bytes = (frame: Exclude<CloudFrame, 'ping'>): Uint8Array => {
    if (frame instanceof Uint8Array) return frame;
    const { txn = newTxn(), data } = frame;
    return new TextEncoder().encode(
      JSON.stringify({ header: { version: 7, systemId, createdAt: formatTime(0), txn }, data }),
    );
  };
  const hear = (frame: CloudFrame | 'pong') => {
    activity$.next(typeof frame === 'string' ? frame : 'bytes');
    if (typeof frame === 'object') frame$.next(bytes(frame));
  };
  const arrive = (frame: CloudFrame | 'pong') => {
    if (isPaused || unheard.length > 0) unheard.push(frame);
    else hear(frame);
  };
  const catchUp = () => {
    for (let frame = unheard[0]; frame !== undefined && !isPaused; frame = unheard[0]) {
      hear(frame);
      unheard.shift();
    }
  };
  const write = (frame: string) => {
    if (!reads) unread.push(frame);
    else if (frame !== 'ping') received$.next(JSON.parse(frame) as Received);
    else if (pongs) ping$.next(undefined);
  };
  const read = (next: boolean) => {
    reads = next;
    if (!reads || unread.length === 0) return;
    for (const frame of unread.splice(0)) write(frame);
    drain$.next(undefined);
  };
  const isAnswerable = ({ data }: Received) => data.messageType !== 'ack';

  return {
    socket: {
      url,
      frame$,
      activity$,
      drain$,
      get bufferedAmount() {
        return unread.reduce((sum, { length }) => sum + length, 0);
      },
      send: write,
      ping: () => {
        write('ping');
      },
      pause: () => {
        isPaused = true;
      },
      resume: () => {
        isPaused = false;
        asapScheduler.schedule(catchUp);
      },
      abandon: () => undefined,
    },
    traffic$: merge(
      reads$.pipe(tap(read), ignoreElements()),
      ping$.pipe(
        observeOn(asapScheduler),
        map(() => 'pong' as const),
      ),
      cloudFrame$,
      // A network never answers before the write is done.
      received$.pipe(
        observeOn(asapScheduler),
        tap(onReceived),
        connect((arrived$) => merge(arrived$.pipe(ignoreElements()), answer(arrived$.pipe(filter(isAnswerable))))),
      ),
    ).pipe(tap(arrive), ignoreElements()),
  };
};
