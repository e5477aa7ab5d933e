import { BehaviorSubject, Subject, type Observable } from 'rxjs';
import { TokenRefusedError } from '../errors.js';
import type { LinkTransition } from './hand-over.js';
import type { Connected } from './open-connection.js';
import type { DashboardMeter } from './events.js';
import type { DashboardSettings } from './options.js';
import type { Waiting } from './reconnect-waits.js';
import type { LiveLink } from './session.js';
import { current } from './sharing.js';
import type { DashboardState } from './state.js';

/** The link on which subscriptions can be made, or the status of their values while there is none. */
export type LinkStatus =
  /**
   * Fresh values stay fresh on a link that took over from one that was not lost, until they are answered there, but only as
   * long as the former link could have been alive: until `freshUntil`, by the scheduler; 0 without a former link.
   */
  | { readonly link: LiveLink; readonly freshUntil: number }
  | { readonly link?: undefined; readonly status: 'stale' | 'paused' };

const stale: LinkStatus = { status: 'stale' };

/** The state of the link as the app sees it, and its status as the subscriptions see it. */
export interface LinkState {
  readonly state$: Observable<DashboardState>;
  readonly status$: Observable<LinkStatus>;
  /** Emits when subscriptions that nobody watches must end. */
  readonly parted$: Observable<void>;
  readonly state: () => DashboardState;
  readonly connected: () => Connected | undefined;
  /** The time on the clock of the server, in milliseconds since 1970. */
  readonly serverTime: () => number;
  /** Counts the attempts from 1 again. */
  readonly restart: () => void;
  /** Takes over a transition of the connection. */
  readonly change: (event: LinkTransition | { readonly state: 'paused' }) => void;
  /** Ends the subscriptions that nobody watches. */
  readonly part: () => void;
  readonly stop: () => void;
}

/** Begins with a link that is stopped. */
export const linkState = (settings: DashboardSettings, onEvent: DashboardMeter): LinkState => {
  const { now, scheduler } = settings;
  const state$ = new BehaviorSubject<DashboardState>({ state: 'stopped' });
  const status$ = new BehaviorSubject<LinkStatus>(stale);
  const parted$ = new Subject<void>();
  let connected: Connected | undefined;
  let counted = 1; // the attempts

  const part = () => {
    parted$.next();
  };
  const show = (state: DashboardState, status = status$.value) => {
    if (!status.link) connected = undefined;
    onEvent({ type: 'state', state, at: scheduler.now() });
    state$.next(state);
    // An observer of the state may have stopped everything.
    if (state$.value !== state || status$.value === status) return;
    if (status.link) part(); // what nobody watches is not subscribed on another link
    status$.next(status);
  };
  const showLive = ({ url, since, socket }: Connected, status?: LinkStatus) => {
    const { serverId, suspicion } = socket;
    const known = { url, since, serverId };
    show(suspicion ? { state: 'suspect', ...known, suspicion } : { state: 'live', ...known }, status);
  };
  const change: LinkState['change'] = (event) => {
    switch (event.state) {
      case 'connecting':
        show({ ...event, attempt: counted }, stale);
        return;
      case 'connected': {
        const freshUntil = connected?.socket.deadAt ?? 0;
        connected = event;
        counted = 1;
        showLive(event, { link: event.socket, freshUntil });
        return;
      }
      case 'suspicion':
        if (connected) showLive(connected);
        return;
      case 'waiting':
        counted = event.attempt;
        show(stateOf(event, settings), stale);
        return;
      case 'paused':
        show(event, { status: 'paused' });
    }
  };
  return {
    state$: current(state$),
    status$: current(status$),
    parted$,
    state: () => state$.value,
    connected: () => connected,
    serverTime: () => connected?.socket.time ?? now(),
    restart: () => {
      counted = 1;
    },
    change,
    part,
    stop: () => {
      if (state$.value.state !== 'stopped') show({ state: 'stopped' }, stale);
      part();
    },
  };
};

/** The state during a wait. */
const stateOf = (wait: Waiting, { now, reconnect }: DashboardSettings): DashboardState => {
  const { attempt, delay, cause } = wait;
  const { maxAttempts } = reconnect;
  const until = now() + delay;
  const isFailed = attempt > maxAttempts || cause instanceof TokenRefusedError;
  return isFailed ? { state: 'failed', until, cause } : { ...wait, maxAttempts, until };
};
