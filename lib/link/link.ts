/**
 * One open socket, watched: shared by unit and dashboard.
 *
 * May import: errors, operators.
 *
 * @module
 */
import {
  BehaviorSubject,
  defer,
  NEVER,
  Subject,
  switchMap,
  type MonoTypeOperatorFunction,
  type Observable,
  type SchedulerLike,
} from 'rxjs';
import { alongside } from '../operators/alongside.js';
import { beginWith } from '../operators/begin-with.js';
import { consume } from '../operators/consume.js';
import { openWithin } from './open-within.js';

/** The part of a socket that a link reads. */
export interface LinkSocket<Frame> {
  /** As it may be shown. */
  readonly url: string;
  readonly frame$: Observable<Frame>;
}

/** Options of {@link openLink}; times in milliseconds. */
export interface LinkOptions<Frame, Socket extends LinkSocket<Frame>, Reason> {
  /** The time that opening may take. */
  readonly connectTimeout: number;
  /** Makes the operator that judges how the link ends; `isProven` returns true once the first message has been read. */
  readonly judge: (isProven: () => boolean) => MonoTypeOperatorFunction<LinkEvent<Socket, Reason>>;
  readonly scheduler: SchedulerLike;
  /** Returns the milliseconds since 1970. */
  readonly now: () => number;
  /** Called with each frame; returns true if it was a message, which proves that the other side is well. */
  readonly read: (frame: Frame, socket: Socket) => boolean;
  /** Makes the Observable that fails once the link is dead; `suspicion$` emits what `suspect` was called with. */
  readonly liveness: (socket: Socket, suspicion$: Observable<Reason>) => Observable<never>;
}

/** The state of a link; a connected one comes with its socket. */
export type LinkEvent<Socket, Reason = unknown> = Connecting | ConnectedLink<Socket, Reason>;

/** The link is being opened. */
export interface Connecting {
  readonly state: 'connecting';
  readonly url: string;
}

/** The link is open. */
export interface ConnectedLink<Socket, Reason = unknown> {
  readonly state: 'connected';
  readonly url: string;
  /** In milliseconds since 1970. */
  readonly since: number;
  readonly socket: Socket;
  readonly link: OpenLink<Reason>;
}

/** A link that is open. */
export interface OpenLink<Reason = unknown> {
  /** Reports a reason to suspect the link. */
  readonly suspect: (reason: Reason) => void;
  /** Emits true if the first message has been read, otherwise false and true once it has. */
  readonly isProven$: Observable<boolean>;
}

/**
 * Dials, and emits the state of the link: `connecting`, then `connected`. Fails when the link ends. It is watched by
 * `liveness`, judged by `judge`, and closed when it is unsubscribed.
 */
export const openLink = <Frame, Socket extends LinkSocket<Frame>, Reason = unknown>(
  url: string,
  socket$: Observable<Socket>,
  options: LinkOptions<Frame, Socket, Reason>,
): Observable<LinkEvent<Socket, Reason>> =>
  defer(() => {
    const { connectTimeout, judge, scheduler } = options;
    const isProven$ = new BehaviorSubject(false);
    const connected$ = socket$.pipe(
      openWithin({ url, connectTimeout, scheduler }),
      switchMap((socket) => runLink(socket, isProven$, options)),
      judge(() => isProven$.value),
    );
    return connected$.pipe(beginWith({ state: 'connecting', url } as const));
  });

/** Reads and watches an open socket, and emits that it is connected once both have begun. */
const runLink = <Frame, Socket extends LinkSocket<Frame>, Reason>(
  socket: Socket,
  isProven$: BehaviorSubject<boolean>,
  { read, liveness, now }: LinkOptions<Frame, Socket, Reason>,
): Observable<LinkEvent<Socket, Reason>> => {
  const suspicion$ = new Subject<Reason>();
  const readFrame = (frame: Frame) => {
    if (read(frame, socket) && !isProven$.value) isProven$.next(true);
  };
  const connected: ConnectedLink<Socket, Reason> = {
    state: 'connected',
    url: socket.url,
    since: now(),
    socket,
    link: {
      suspect: (reason) => {
        suspicion$.next(reason);
      },
      isProven$,
    },
  };
  return NEVER.pipe(
    beginWith(connected),
    alongside(liveness(socket, suspicion$)),
    alongside(socket.frame$.pipe(consume(readFrame))),
  );
};
