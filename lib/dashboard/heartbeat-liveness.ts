import { type Observable, type SchedulerLike } from 'rxjs';
import { after, mergeOf } from '../operators/lean.js';
import { DeadLinkError } from '../errors.js';
import { silence } from '../operators/silence.js';
import type { DashboardSuspicion } from './state.js';

/** The link that is watched; times in milliseconds. */
export interface HeartbeatLink {
  readonly url: string;
  /** `bytes` for each frame, `heard` for a pong. */
  readonly activity$: Observable<string>;
  /** Silence after which it is suspected; undefined if the server promises no heartbeat. */
  readonly suspectAfter: number | undefined;
  /** The time from a suspicion to its end. */
  readonly grace: number;
  /** Called with a suspicion, and with undefined when it is over. */
  suspect: (suspicion: DashboardSuspicion | undefined) => void;
}

/**
 * Never emits; fails once the link is dead: any frame is a sign of life, except for a suspicion about the way to the server,
 * which only a pong ends. After `check` the silence is measured again, as a timer may be late.
 *
 * @throws {@link DeadLinkError} as an error of the Observable
 */
export const heartbeatLiveness = (
  link: HeartbeatLink,
  suspicion$: Observable<DashboardSuspicion | 'check'>,
  scheduler: SchedulerLike,
): Observable<never> =>
  mergeOf(link.activity$, suspicion$).pipe(
    silence<string>({
      read: (signal, suspicion) => {
        if (signal === 'check') return 'check';
        if (signal !== 'bytes' && signal !== 'heard') return 'suspect';
        const isBlind = suspicion === 'goaway' || (suspicion === 'pong' && signal !== 'heard');
        return isBlind ? 'heard' : 'alive';
      },
      suspectAfter: () => link.suspectAfter,
      onSuspicion: (suspicion) => {
        link.suspect(suspicion as DashboardSuspicion | undefined);
      },
      // A server that goes away says so while it is well.
      grace: (suspicion, quiet$) => (suspicion === 'goaway' ? quiet$ : after(link.grace, scheduler)),
      dead: (suspicion) =>
        new DeadLinkError(link.url, `suspected (${suspicion}), and no sign of life in ${link.grace} ms`),
      scheduler,
    }),
  );
