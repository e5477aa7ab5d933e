import { BehaviorSubject, Subject, type Observable } from 'rxjs';
import { TokenRefusedError } from '../errors.js';
import type { Wait } from '../operators/retry-options.js';
import type { LinkTransition } from './hand-over.js';
import type { Connected } from './open-connection.js';
import type { DashboardMeter } from './events.js';
import type { DashboardSettings } from './options.js';
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
const paused: LinkStatus = { status: 'paused' };

/** The state of the link as the app sees it, and its status as the subscriptions see it. */
export class LinkState {
  readonly state$: Observable<DashboardState>;
  readonly status$: Observable<LinkStatus>;
  /** Emits when subscriptions that nobody watches must end. */
  readonly parted$: Observable<void>;
  connected: Connected | undefined;
  readonly #settings: DashboardSettings;
  readonly #onEvent: DashboardMeter;
  readonly #state$ = new BehaviorSubject<DashboardState>({ state: 'stopped' });
  readonly #status$ = new BehaviorSubject<LinkStatus>(stale);
  readonly #parted$ = new Subject<void>();
  #attempt = 1;

  constructor(settings: DashboardSettings, onEvent: DashboardMeter) {
    this.#settings = settings;
    this.#onEvent = onEvent;
    this.state$ = current(this.#state$);
    this.status$ = current(this.#status$);
    this.parted$ = this.#parted$;
  }

  get state(): DashboardState {
    return this.#state$.value;
  }

  /** The time on the clock of the server, in milliseconds since 1970. */
  get serverTime(): number {
    return this.#settings.now() + (this.connected?.socket.skew ?? 0);
  }

  /** Counts the attempts from 1 again. */
  restart(): void {
    this.#attempt = 1;
  }

  /** The next attempt follows after a wait. */
  wait({ attempt, delay, cause }: Wait): void {
    this.#attempt = attempt;
    const { now, reconnect } = this.#settings;
    const { maxAttempts } = reconnect;
    const until = now() + delay;
    const isFailed = attempt > maxAttempts || cause instanceof TokenRefusedError;
    this.#show(
      isFailed ? { state: 'failed', until, cause } : { state: 'waiting', attempt, maxAttempts, delay, until, cause },
      stale,
    );
  }

  change(event: LinkTransition | { readonly state: 'paused' }): void {
    switch (event.state) {
      case 'connecting':
        this.#show({ ...event, attempt: this.#attempt }, stale);
        return;
      case 'connected': {
        const freshUntil = this.connected?.socket.deadAt ?? 0;
        this.connected = event;
        this.restart();
        this.#showLive(event, { link: event.socket, freshUntil });
        return;
      }
      case 'suspicion':
        if (this.connected) this.#showLive(this.connected);
        return;
      case 'waiting':
        this.wait(event);
        return;
      case 'paused':
        this.#show(event, paused);
    }
  }

  /** Ends the subscriptions that nobody watches. */
  part(): void {
    this.#parted$.next();
  }

  stop(): void {
    if (this.state.state !== 'stopped') this.#show({ state: 'stopped' }, stale);
    this.part();
  }

  #showLive({ url, since, socket }: Connected, status?: LinkStatus): void {
    const { serverId, suspicion } = socket;
    const known = { url, since, serverId };
    this.#show(suspicion ? { state: 'suspect', ...known, suspicion } : { state: 'live', ...known }, status);
  }

  #show(state: DashboardState, status = this.#status$.value): void {
    if (!status.link) this.connected = undefined;
    this.#onEvent({ type: 'state', state, at: this.#settings.scheduler.now() });
    this.#state$.next(state);
    // An observer of the state may have stopped everything.
    if (this.state !== state || this.#status$.value === status) return;
    if (status.link) this.part(); // what nobody watches is not subscribed on another link
    this.#status$.next(status);
  }
}
