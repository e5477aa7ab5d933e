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
  tap,
  type Observable,
} from 'rxjs';
import { DeadLinkError, TokenRefusedError, UnstableConnectionError } from '../errors.js';
import type { LinkEvent } from '../link/link.js';
import { after, mergeOf } from '../operators/lean.js';
import { handOver } from '../operators/hand-over.js';
import { maxTimeout } from '../time/max-timeout.js';
import { again, retryPolicy, waiting } from '../operators/retry-policy.js';
import type { Wait } from '../operators/retry-options.js';
import { closeCode, refusesToken } from './close-code.js';
import type { DoubtReason, LiveLink } from './session.js';
import { openLiveLink, type Opened } from './open-connection.js';
import { reconnect, waitAfter } from './backoff.js';
import type { Settings } from './options.js';

/** What becomes of the link, one value per transition; the waits are told to `onWait`. */
export type LinkTransition =
  | { readonly state: 'connecting'; readonly url: string }
  | Connected
  /** A reason to doubt the link, or its end. */
  | { readonly state: 'doubt'; readonly reason: DoubtReason | undefined }
  /** The link ended while another is being opened beside it. */
  | { readonly state: 'lost'; readonly cause: unknown };

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
    let urls = settings.urls() ?? []; // those that failed last come last
    let refused = false; // the token that there is
    let refusals = 0; // of it, and of those after it
    let avoid: string | undefined; // until the next welcome
    let lastSession: string | undefined;
    let brought = false; // the link that there was did
    let welcomedAt = -Infinity;
    let together = true; // with all other pages of the server, before the first wait after a link

    const welcome = (link: LiveLink) => {
      avoid = undefined;
      lastSession = link.sessionId;
      brought = together = true;
      welcomedAt = scheduler.now();
    };
    const putLast = (url: URL) => {
      urls = [...urls.filter((each) => each !== url), url];
    };
    const link$ = handOver<Opened, LinkTransition, LinkTransition, DoubtReason>({
      open: (reason) => {
        const next$ = defer(() => openLiveLink(settings, { refused, avoid, lastSession, urls, onFailure: putLast }));
        // Where all servers go away, or fall silent, links do not follow each other in a hot loop.
        const isCircle = reason?.doubt === 'goaway' && scheduler.now() - welcomedAt < settings.stableAfter;
        const gap = Math.max(isCircle ? settings.reconnect.initialDelay : 0, reason ? pace() : 0);
        return gap > 0 ? after(gap, scheduler).pipe(switchMap(() => next$)) : next$;
      },
      isLink: (step) => step.state === 'opened',
      live: ({ link$: event$, endpoint }) =>
        event$.pipe(
          filter((event) => event.state === 'connected'),
          tap(({ socket }) => {
            welcome(socket);
          }),
          switchMap((event) => mergeOf([event], doubts(event), pings(event, settings), departures(event, settings))),
          catchError((error: unknown) => {
            if (error instanceof UnstableConnectionError || error instanceof DeadLinkError) putLast(endpoint);
            throw error;
          }),
        ),
      doubts: ({ link$: event$, endpoint }) =>
        event$.pipe(
          switchMap(({ socket }) => socket?.doubt$ ?? NEVER),
          tap((reason) => {
            avoid = reason?.avoid;
            // After a sleep of the page it is not the server that is in doubt.
            if (reason && reason.doubt !== 'page' && reason.doubt !== 'monitor') putLast(endpoint);
          }),
          catchError(() => NEVER),
        ),
      lost: (cause) => ({ state: 'lost', cause }),
    });

    /**
     * A refused token is renewed once without a wait; one that was good for a while may expire later. Where that is refused
     * too, or cannot be renewed, the waits between further attempts double, but have no end: somebody may sign in.
     */
    const renew = (error: unknown) => {
      const isRefusal = refusesToken(error);
      const wasGood = isRefusal
        ? scheduler.now() - welcomedAt >= settings.stableAfter
        : !(error instanceof UnstableConnectionError);
      if (brought && wasGood) {
        refused = false;
        refusals = 0;
      }
      brought = false;
      if (!isRefusal) throw error;
      const isRenewal = !refused && typeof token === 'function';
      refused = true;
      if (isRenewal) return after(random() * settings.reconnect.spread, scheduler);
      const delay = waitAfter(refusals++, settings.reconnect, random);
      const cause = new TokenRefusedError(closeCode(error) ?? 4401, error);
      return waiting({ attempt: 1, delay, cause }, { onWait, wake$, scheduler });
    };
    const {
      note,
      again: byPolicy,
      pace,
    } = retryPolicy<LinkTransition>({
      backoff: reconnect(settings.reconnect, () => {
        const was = together;
        together = false;
        return was;
      }),
      proves: ({ state }) => state === 'connected',
      closes: () => false,
      // Data came, and then no close frame: only the network is to blame, and people wait.
      isLoss: (error) => !(error instanceof UnstableConnectionError) && (closeCode(error) ?? 1006) === 1006,
      stableAfter: settings.stableAfter,
      spacing: Math.min(2 * settings.stableAfter, 10 * settings.reconnect.initialDelay),
      base: () => undefined,
      onWait,
      wake$,
      random,
      scheduler,
    });
    const count = (step: LinkTransition) => {
      if (step.state !== 'connected') return;
      // One that takes over from another is a link of its own.
      note({ state: 'connecting', url: step.url });
      note(step);
    };
    return link$.pipe(again(renew), tap(count), byPolicy);
  });

const doubts = ({ socket }: Connected): Observable<LinkTransition> =>
  socket.doubt$.pipe(
    distinctUntilChanged(),
    filter((reason, index) => index > 0 || reason !== undefined),
    map((reason) => ({ state: 'doubt', reason })),
  );

/**
 * A server that goes away is left at a moment of its own in the time that it gives, of which the last fifth is for whoever
 * needs a second attempt. The link works until another is open.
 */
const departures = ({ socket, doubt }: Connected, { random, scheduler }: Settings): Observable<never> => {
  let leaveAt = Infinity;
  return socket.goaway$.pipe(
    map((given) => {
      leaveAt = Math.min(leaveAt, scheduler.now() + random() * Math.min(given, maxTimeout) * 0.8);
      return leaveAt;
    }),
    distinctUntilChanged(),
    switchMap((at) => after(at - scheduler.now(), scheduler)),
    map(() => {
      doubt('goaway');
    }),
    ignoreElements(),
  );
};

/** Asks the server for a sign that it hears, which heartbeats do not show; of pages that came together not all at once. */
const pings = (
  { socket, doubt }: Connected,
  { pingInterval, pongTimeout, scheduler, now, random }: Settings,
): Observable<never> =>
  after(pingInterval * (1 - random() / 2), pingInterval, scheduler).pipe(
    mergeMap(() => {
      const pong$ = socket.activity$.pipe(filter((signal) => signal === 'heard'));
      const overdue$ = after(pongTimeout, scheduler).pipe(
        tap(() => {
          doubt('pong');
        }),
      );
      const asked$ = defer(() => {
        socket.send({ messageType: 'ping', t: now() });
        return NEVER;
      });
      return mergeOf(pong$, overdue$, asked$).pipe(take(1));
    }),
    ignoreElements(),
  );
