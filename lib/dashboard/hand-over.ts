import { catchError, defer, distinctUntilChanged, EMPTY, filter, map, Subject, switchMap, type Observable } from 'rxjs';
import { DeadLinkError, UnstableConnectionError } from '../errors.js';
import type { Connecting } from '../link/link.js';
import { lossAfter, type AttemptPace } from '../operators/attempt-pace.js';
import { inspect } from '../operators/inspect.js';
import { after, mergeOf } from '../operators/lean.js';
import { makeBeforeBreak } from '../operators/make-before-break.js';
import { departures, pings, renewals } from './link-checks.js';
import { moveToBack, type LinkMemory } from './link-memory.js';
import { openLiveLink, type Connected } from './open-connection.js';
import type { DashboardSettings } from './options.js';
import type { Waiting } from './reconnect-waits.js';
import type { HandoverReason } from './session.js';

/** A transition of the connection of a dashboard. */
export type LinkTransition =
  | Connecting
  | Connected
  /** A suspicion of the link, or its end. */
  | { readonly state: 'suspicion' }
  | Waiting;

/** True if the link is open. */
export const isConnected = ({ state }: LinkTransition): boolean => state === 'connected';
/** Only the steps of an open link are any other. */
const isMade = ({ state }: LinkTransition): boolean => state !== 'connecting';

/** Opens a link, and a second connection whenever it is suspected; the link is kept until that one is open. */
export const handOver = (
  settings: DashboardSettings,
  memory: LinkMemory,
  pace: AttemptPace,
): Observable<LinkTransition> =>
  defer(() => {
    const reason$ = new Subject<HandoverReason | undefined>();
    let opening: HandoverReason | undefined;

    const open$ = liveLink(settings, memory, reason$);
    /**
     * Without a gap, links would follow each other in a hot loop if all servers go away, or fall silent at once. It counts
     * from the welcome: a server that goes away has given the time until it closes the link, which may end before a longer gap.
     */
    const openLater = ({ suspicion }: HandoverReason) => {
      // As of a link that was cut: it is the network that fails, again and again.
      if (suspicion !== 'goaway' && (memory.link?.heardFor() ?? 0) >= lossAfter) pace.forgive();
      const gap = Math.max(suspicion === 'goaway' ? settings.reconnect.initialDelay - pace.age() : 0, pace.left());
      return gap > 0 ? after(gap, settings.scheduler).pipe(switchMap(() => open$)) : open$;
    };
    const successor$ = reason$.pipe(
      filter((reason) => reason !== opening),
      map((reason) => {
        opening = reason;
        return reason ? openLater(reason).pipe(filter(isMade)) : EMPTY;
      }),
    );
    return mergeOf([open$], successor$).pipe(
      makeBeforeBreak<LinkTransition>({
        isMade,
        // A link that is suspected is better than none; the next suspicion tries again.
        onFailure: () => {
          opening = undefined;
        },
        lost: (cause) => ({ state: 'waiting', attempt: 1, delay: 0, cause }),
      }),
      inspect((step) => {
        if (isConnected(step)) opening = undefined;
      }),
    );
  });

/** Opens a link and runs it; the reasons for another one are passed to `reason$`. */
const liveLink = (
  settings: DashboardSettings,
  memory: LinkMemory,
  reason$: Subject<HandoverReason | undefined>,
): Observable<LinkTransition> =>
  defer(() => {
    let open: Connected | undefined;
    const learn = (connected: Connected) => {
      open = connected;
      memory.avoid = undefined;
      memory.link = connected.socket;
    };
    const blame = (error: unknown): never => {
      if (open) memory.avoid ??= open.socket.overdue;
      if (open && (error instanceof UnstableConnectionError || error instanceof DeadLinkError))
        moveToBack(memory, open.endpoint);
      throw error;
    };
    /** Emits what happens on an open link, the link itself first. */
    const run = (connected: Connected): Observable<LinkTransition> => {
      learn(connected);
      const suspected$ = connected.socket.suspicion$.pipe(
        inspect((reason) => {
          memory.avoid = reason?.avoid;
          // After a sleep of the page it is not the server that is suspected.
          if (reason && reason.suspicion !== 'page' && reason.suspicion !== 'monitor')
            moveToBack(memory, connected.endpoint);
          reason$.next(reason);
        }),
        distinctUntilChanged(),
        filter((reason, index) => index > 0 || reason !== undefined),
        map(() => ({ state: 'suspicion' }) as const),
      );
      return mergeOf(
        [connected],
        suspected$,
        pings(connected, settings),
        departures(connected, settings),
        renewals(connected, settings),
      );
    };
    return openLiveLink(settings, memory).pipe(
      switchMap((step) => (step.state === 'connected' ? run(step) : [step])),
      catchError(blame),
    );
  });
