import { asapScheduler, connect, EMPTY, filter, ignoreElements, map, merge, Subject, tap, type Observable } from 'rxjs';
import { formatTime } from '../../protocol/time.js';
import type { Socket } from '../../transport/types.js';
import { acknowledge, type CloudFrame, type Received, type VirtualCloud } from './cloud.js';
import { VirtualLink, type DownFrame } from './link.js';
import type { PipeClock } from './pipe.js';

/** Dependencies of {@link virtualSocket}. */
export interface VirtualSocketOptions {
  readonly url: string;
  readonly systemId: string;
  readonly newTxn: () => string;
  readonly onReceived: (received: Received) => void;
}

/** A network never answers before the write is done. */
const atEndOfTick: PipeClock = {
  now: () => 0,
  at: (_, work) => {
    asapScheduler.schedule(work);
  },
};

const isAnswerable = ({ data }: Received): boolean => data.messageType !== 'ack';

/** Opens a link to a virtual cloud, which answers the frames of the unit and sends its own while this is subscribed. */
export const virtualSocket = (cloud: VirtualCloud, options: VirtualSocketOptions): Observable<Socket> => {
  const { frame$ = EMPTY, answer = acknowledge(), pongs = true, reads$ = EMPTY } = cloud;
  const received$ = new Subject<Received>();
  const link: VirtualLink = new VirtualLink({
    url: options.url,
    cloudClock: atEndOfTick,
    unitClock: atEndOfTick,
    receive: (frame) => {
      if (frame === 'ping' && pongs) link.send({ signal: 'pong' });
      if (frame !== 'ping' && frame !== 'pong') received$.next(JSON.parse(frame) as Received);
    },
  });
  const answer$ = received$.pipe(
    tap(options.onReceived),
    connect((arrived$) => merge(arrived$.pipe(ignoreElements()), answer(arrived$.pipe(filter(isAnswerable))))),
  );
  link.open();
  return merge(
    link.socket$,
    reads$.pipe(
      tap((reads) => {
        link.cloudReads(reads);
      }),
      ignoreElements(),
    ),
    merge(frame$, answer$).pipe(
      map((frame) => downFrame(frame, options)),
      tap((frame) => {
        link.send(frame);
      }),
      ignoreElements(),
    ),
  );
};

const downFrame = (frame: CloudFrame, { systemId, newTxn }: VirtualSocketOptions): DownFrame => {
  if (frame === 'ping') return { signal: 'ping' };
  if (frame instanceof Uint8Array) return { signal: 'bytes', bytes: frame };
  const { txn = newTxn(), data } = frame;
  const header = { version: 7, systemId, createdAt: formatTime(0), txn };
  return { signal: 'bytes', bytes: new TextEncoder().encode(JSON.stringify({ header, data })) };
};
