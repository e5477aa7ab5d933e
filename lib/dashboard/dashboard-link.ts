import {
  catchError,
  defer,
  distinctUntilChanged,
  filter,
  ignoreElements,
  map,
  mergeMap,
  NEVER,
  switchMap,
  take,
  type Observable,
} from 'rxjs';
import { TokenRefusedError, UnstableConnectionError } from '../errors.js';
import type { LinkEvent } from '../link.js';
import { concat } from '../operators/concat.js';
import { handOver } from '../operators/hand-over.js';
import { merge } from '../operators/merge.js';
import { again, retryPolicy } from '../operators/retry-policy.js';
import type { Wait } from '../operators/retry-with-backoff.js';
import { tap } from '../operators/tap.js';
import { timer } from '../operators/timer.js';
import { closeCode } from './close-code.js';
import type { DoubtReason, LiveLink } from './live-link.js';
import { openLiveLink, type OpenStep } from './open-link.js';
import { reconnect } from './reconnect.js';
import type { Settings } from './settings.js';

/** What becomes of the link, one value per transition; the waits are told to `onWait`. */
export type LinkTransition =
  | { readonly state: 'connecting'; readonly url: string }
  | Connected
  /** A reason to doubt the link, or its end. */
  | { readonly state: 'doubt'; readonly reason: DoubtReason | undefined }
  /** The link ended while another is being opened beside it. */
  | { readonly state: 'lost'; readonly cause: unknown }
  /** Nothing more is tried. */
  | { readonly state: 'refused'; readonly cause: unknown };

/** The link is there. */
export type Connected = Extract<LinkEvent<LiveLink>, { state: 'connected' }>;

/** Who is asked and told about the link. */
export interface DashboardLinkPorts {
  readonly onWait: (wait: Wait) => void;
  /** Ends a wait. */
  readonly wake$: Observable<unknown>;
}

/** The life of the link for as long as it is subscribed: opened, watched, handed over, opened anew. Never completes or fails. */
export const dashboardLink = (settings: Settings, { onWait, wake$ }: DashboardLinkPorts): Observable<LinkTransition> =>
  defer(() => {
    const { scheduler, random, token } = settings;
    let refused = false; // the token that there is
    let avoid: string | undefined; // until the next welcome
    let lastSession: string | undefined;
    let brought = false; // the link that there was did
    let welcomedAt = -Infinity;

    const welcome = (link: LiveLink) => {
      avoid = undefined;
      lastSession = link.sessionId;
      brought = true;
      welcomedAt = scheduler.now();
    };
    const link$ = handOver<Opened, LinkTransition, LinkTransition, DoubtReason>({
      open: (reason) => {
        const next$ = defer(() => openLiveLink(settings, { refused, avoid, lastSession }));
        // Where all servers go away, nobody is called round and round.
        const isCircle = reason?.doubt === 'goaway' && scheduler.now() - welcomedAt < settings.stableAfter;
        return isCircle ? timer(settings.reconnect.initialDelay, scheduler).pipe(switchMap(() => next$)) : next$;
      },
      isLink: (step) => step.state === 'opened',
      live: ({ link$: event$ }) =>
        event$.pipe(
          filter((event) => event.state === 'connected'),
          tap(({ socket }) => {
            welcome(socket);
          }),
          switchMap((event) => merge([event], doubts(event), pings(event, settings))),
        ),
      doubts: ({ link$: event$ }) =>
        event$.pipe(
          switchMap(({ socket }) => socket?.doubt$ ?? NEVER),
          tap((reason) => {
            avoid = reason?.avoid;
          }),
          catchError(() => NEVER),
        ),
      lost: (cause) => ({ state: 'lost', cause }),
    });

    /** A refused token is asked for anew, once; one that was taken and brought something may be refused again later. */
    const renew = (error: unknown) => {
      if (brought && !(error instanceof UnstableConnectionError)) refused = false;
      brought = false;
      if (closeCode(error) !== 4401 || refused || typeof token !== 'function') throw error;
      refused = true;
      return timer(0, scheduler);
    };
    const giveUp = (error: unknown): Observable<LinkTransition> => {
      const code = closeCode(error);
      if (code !== 4401 && code !== 4403) throw error;
      return concat([{ state: 'refused', cause: new TokenRefusedError(code, error) } as const], NEVER);
    };
    const { note, again: byPolicy } = retryPolicy<LinkTransition>({
      backoff: reconnect(settings.reconnect),
      proves: ({ state }) => state !== 'connecting',
      closes: () => false,
      base: () => undefined,
      onWait,
      wake$,
      random,
      scheduler,
    });
    return link$.pipe(again(renew), catchError(giveUp), tap(note), byPolicy);
  });

type Opened = Extract<OpenStep, { state: 'opened' }>;

const doubts = ({ socket }: Connected): Observable<LinkTransition> =>
  socket.doubt$.pipe(
    distinctUntilChanged(),
    filter((reason, index) => index > 0 || reason !== undefined),
    map((reason) => ({ state: 'doubt', reason })),
  );

/** Asks the server for a sign that it hears, which heartbeats do not show. */
const pings = (
  { socket, doubt }: Connected,
  { pingInterval, pongTimeout, scheduler, now }: Settings,
): Observable<never> =>
  timer(pingInterval, scheduler, pingInterval).pipe(
    mergeMap(() => {
      const pong$ = socket.activity$.pipe(filter((signal) => signal === 'heard'));
      const overdue$ = timer(pongTimeout, scheduler).pipe(
        tap(() => {
          doubt('pong');
        }),
      );
      const asked$ = defer(() => {
        socket.send({ messageType: 'ping', t: now() });
        return NEVER;
      });
      return merge(pong$, overdue$, asked$).pipe(take(1));
    }),
    ignoreElements(),
  );
