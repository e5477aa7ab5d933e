import {
  defer,
  distinctUntilChanged,
  EMPTY,
  filter,
  ignoreElements,
  map,
  mergeMap,
  NEVER,
  Subject,
  switchMap,
  take,
  tap,
  type MonoTypeOperatorFunction,
  type Observable,
} from 'rxjs';
import { after, mergeOf } from '../operators/lean.js';
import { DeadLinkError, TokenRefusedError, UnstableConnectionError } from '../errors.js';
import type { Connecting } from '../link/link.js';
import { AttemptPace, lossAfter } from '../operators/attempt-pace.js';
import { spacingAfter } from '../operators/backoff.js';
import { makeBeforeBreak } from '../operators/make-before-break.js';
import { resubscribe } from '../operators/resubscribe.js';
import type { Wait } from '../operators/retry-options.js';
import { retryWithBackoff, waitFor } from '../operators/retry-with-backoff.js';
import { maxTimeout } from '../time/max-timeout.js';
import { reconnect, waitAfter } from './backoff.js';
import { closeCode, refusesToken } from './close-code.js';
import { openLiveLink, type OpenStep } from './open-connection.js';
import type { Settings } from './options.js';
import type { HandoverReason, LiveLink } from './session.js';

/** A transition of the connection of a dashboard. */
export type LinkTransition =
  | Connecting
  | Connected
  /** A suspicion of the link, or its end. */
  | { readonly state: 'suspicion'; readonly reason: HandoverReason | undefined }
  | ({ readonly state: 'waiting' } & Wait);

/** The link is open. */
export type Connected = Extract<OpenStep, { state: 'connected' }>;

/**
 * Emits the transitions of the connection as long as it is subscribed: it is opened, watched, handed over to another link when
 * it is suspected, and opened again after each end. A value of `wake$` ends a wait. Neither completes nor fails.
 */
export const dashboardConnection = (settings: Settings, wake$: Observable<unknown>): Observable<LinkTransition> =>
  defer(() => {
    const { scheduler, random, stableAfter } = settings;
    const spacing = spacingAfter(settings.reconnect.initialDelay, stableAfter);
    const memory = new DashboardMemory(settings);
    const pace = new AttemptPace({ stableAfter, spacing, scheduler });

    return handOver(settings, memory, pace).pipe(
      renewToken(settings, memory, wake$),
      retryWithBackoff<LinkTransition, LinkTransition>({
        backoff: reconnect(settings.reconnect, () => memory.takeTogether()),
        proves: isConnected,
        begins: isConnected, // one that takes over from another is a link of its own
        // Data came, and then no close frame: only the network is to blame, and people wait.
        isLoss: (error) => !(error instanceof UnstableConnectionError) && (closeCode(error) ?? 1006) === 1006,
        stableAfter,
        pace,
        emitWait,
        wake$,
        random,
        scheduler,
      }),
    );
  });

/** Only the steps of an open link are any other. */
const isMade = ({ state }: LinkTransition): boolean => state !== 'connecting';
const isConnected = ({ state }: LinkTransition): boolean => state === 'connected';
const emitWait = (wait: Wait): LinkTransition => ({ state: 'waiting', ...wait });

/** The results of earlier links that later ones need. */
class DashboardMemory {
  /** Those that failed last come last. */
  urls: readonly URL[];
  /** True if the server has refused the current token. */
  isRefused = false;
  /** Number of times that the current token, and those after it, were refused. */
  refusals = 0;
  /** The server that is to be avoided until the next welcome. */
  avoid: string | undefined;
  /** The link that the server welcomed last. */
  link: LiveLink | undefined;
  /** True if the last link was open. */
  hasOpened = false;
  /** Time of the last welcome by the scheduler, in milliseconds. */
  welcomedAt = -Infinity;
  #isTogether = true;

  constructor({ urls }: Settings) {
    this.urls = urls() ?? [];
  }

  welcome({ socket }: Connected, now: number): void {
    this.avoid = undefined;
    this.link = socket;
    this.hasOpened = this.#isTogether = true;
    this.welcomedAt = now;
  }

  moveToBack(url: URL): void {
    this.urls = [...this.urls.filter((each) => each !== url), url];
  }

  /** Records a suspicion of the link that this URL led to. */
  suspect(reason: HandoverReason | undefined, url: URL): void {
    this.avoid = reason?.avoid;
    // After a sleep of the page it is not the server that is suspected.
    if (reason && reason.suspicion !== 'page' && reason.suspicion !== 'monitor') this.moveToBack(url);
  }

  /** Records the end of an attempt; after a link that was good, a token counts as not refused yet. */
  end(wasGood: boolean): void {
    if (this.hasOpened && wasGood) {
      this.isRefused = false;
      this.refusals = 0;
    }
    this.hasOpened = false;
  }

  /** Returns true once after each link: all pages of a server lose their links together. */
  takeTogether(): boolean {
    const was = this.#isTogether;
    this.#isTogether = false;
    return was;
  }
}

/** Opens a link, and a second connection whenever it is suspected; the link is kept until that one is open. */
const handOver = (settings: Settings, memory: DashboardMemory, pace: AttemptPace): Observable<LinkTransition> =>
  defer(() => {
    const reason$ = new Subject<HandoverReason | undefined>();
    let opening: HandoverReason | undefined;

    const open = (delay = 0) => openAfter(delay, settings, memory, reason$);
    /**
     * Without a gap, links would follow each other in a hot loop if all servers go away, or fall silent at once. It counts
     * from the welcome: a server that goes away has given the time until it closes the link, which may end before a longer gap.
     */
    const gapBefore = ({ suspicion }: HandoverReason) => {
      const { welcomedAt, link } = memory;
      if (suspicion === 'goaway')
        return Math.max(settings.reconnect.initialDelay - (settings.scheduler.now() - welcomedAt), pace.left());
      // As of a link that was cut: it is the network that fails, again and again.
      if (link && link.lastFrame - welcomedAt >= lossAfter) pace.forgive();
      return pace.left();
    };
    const successor$ = reason$.pipe(
      filter((reason) => reason !== opening),
      map((reason) => {
        opening = reason;
        return reason ? open(gapBefore(reason)).pipe(filter(isMade)) : EMPTY;
      }),
    );
    return mergeOf([open()], successor$).pipe(
      makeBeforeBreak<LinkTransition>({
        isMade,
        // A link that is suspected is better than none; the next suspicion tries again.
        onFailure: () => {
          opening = undefined;
        },
        lost: (cause) => emitWait({ attempt: 1, delay: 0, cause }),
      }),
      tap((step) => {
        if (isConnected(step)) opening = undefined;
      }),
    );
  });

/** Opens a link after a delay, in milliseconds, and runs it; the reasons for another one are passed to `reason$`. */
const openAfter = (
  delay: number,
  settings: Settings,
  memory: DashboardMemory,
  reason$: Subject<HandoverReason | undefined>,
): Observable<LinkTransition> => {
  const { scheduler } = settings;
  let endpoint: URL | undefined;
  const moveToBack = (url: URL) => {
    memory.moveToBack(url);
  };
  const link$ = defer(() => {
    const { isRefused: refused, avoid, link, urls } = memory;
    return openLiveLink(settings, { refused, avoid, lastSession: link?.sessionId, urls, onFailure: moveToBack });
  }).pipe(
    tap({
      next: (step) => {
        if (step.state !== 'connected') return;
        endpoint = step.endpoint;
        memory.welcome(step, scheduler.now());
      },
      error: (error: unknown) => {
        if (endpoint && (error instanceof UnstableConnectionError || error instanceof DeadLinkError))
          moveToBack(endpoint);
      },
    }),
    switchMap((step) => (step.state === 'connected' ? runLink(step, settings, memory, reason$) : [step])),
  );
  return delay > 0 ? after(delay, scheduler).pipe(switchMap(() => link$)) : link$;
};

/** Emits what happens on an open link, the link itself first. */
const runLink = (
  event: Connected,
  settings: Settings,
  memory: DashboardMemory,
  reason$: Subject<HandoverReason | undefined>,
): Observable<LinkTransition> => {
  const { suspicion$ } = event.socket;
  const suspected$ = suspicion$.pipe(
    distinctUntilChanged(),
    filter((reason, index) => index > 0 || reason !== undefined),
    map((reason) => ({ state: 'suspicion', reason }) as const),
  );
  const handedOn$ = suspicion$.pipe(
    tap((reason) => {
      memory.suspect(reason, event.endpoint);
      reason$.next(reason);
    }),
    ignoreElements(),
  );
  return mergeOf([event], suspected$, handedOn$, pings(event, settings), departures(event, settings));
};

/**
 * A refused token is renewed once without a wait; one that was good for a while may expire later. If the renewed one is
 * refused too, or none can be had, the waits between further attempts double, but have no end: somebody may sign in.
 */
const renewToken =
  (settings: Settings, memory: DashboardMemory, wake$: Observable<unknown>): MonoTypeOperatorFunction<LinkTransition> =>
  (link$) =>
    defer(() => {
      const { scheduler, random, reconnect: times, token } = settings;
      const waiting$ = new Subject<LinkTransition>();
      const waitAfterRefusal = (cause: unknown) => {
        const delay = waitAfter(memory.refusals++, times, random);
        const begin = () => {
          waiting$.next(emitWait({ attempt: 1, delay, cause }));
        };
        return waitFor(delay, { begin, wake$, scheduler });
      };
      const renew = (error: unknown) => {
        const isRefusal = refusesToken(error);
        const wasGood = isRefusal
          ? scheduler.now() - memory.welcomedAt >= settings.stableAfter
          : !(error instanceof UnstableConnectionError);
        memory.end(wasGood);
        if (!isRefusal) throw error;
        const isRenewal = !memory.isRefused && typeof token === 'function';
        memory.isRefused = true;
        if (isRenewal) return after(random() * times.spread, scheduler);
        return waitAfterRefusal(new TokenRefusedError(closeCode(error) ?? 4401, error));
      };
      return mergeOf(waiting$, link$.pipe(resubscribe(renew)));
    });

/**
 * A server that goes away is left at a moment of its own in the time that it gives, of which the last fifth is for pages that
 * need a second attempt. The link works until another is open.
 */
const departures = ({ socket, link }: Connected, { random, scheduler }: Settings): Observable<never> => {
  let leaveAt = Infinity;
  return socket.goaway$.pipe(
    map((given) => {
      leaveAt = Math.min(leaveAt, scheduler.now() + random() * Math.min(given, maxTimeout) * 0.8);
      return leaveAt;
    }),
    distinctUntilChanged(),
    switchMap((at) => after(at - scheduler.now(), scheduler)),
    map(() => {
      link.suspect('goaway');
    }),
    ignoreElements(),
  );
};

/** Asks the server for a sign that it hears, which heartbeats do not show; of pages that came together not all at once. */
const pings = (
  { socket, link }: Connected,
  { pingInterval, pongTimeout, scheduler, now, random }: Settings,
): Observable<never> =>
  after(pingInterval * (1 - random() / 2), pingInterval, scheduler).pipe(
    mergeMap(() => {
      const pong$ = socket.activity$.pipe(filter((signal) => signal === 'heard'));
      const overdue$ = after(pongTimeout, scheduler).pipe(
        tap(() => {
          link.suspect('pong');
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
