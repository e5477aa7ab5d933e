import { BehaviorSubject, defer, finalize, Subject, type Observable, type SchedulerLike } from 'rxjs';
import type { ServerData } from '../protocol/subscription/messages.js';
import { MisfitError } from '../errors.js';
import type { TextSocket } from '../transport/web-socket.js';
import type { DashboardMessage, Generation, Misfit, ServerMessage, Welcome, Wire } from './codecs/codec.js';
import type { DashboardSuspicion } from './state.js';

/** A message of the server about one subscription. */
export type SubscriptionMessage = ServerData<'snapshot' | 'resumed' | 'update' | 'ended' | 'heartbeat'>;

/** A reason to open a second connection. */
export interface HandoverReason {
  readonly suspicion: DashboardSuspicion;
  /** The server that is to be avoided. */
  readonly avoid: string | undefined;
}

/** Options of a {@link LiveLink}. */
export interface LiveLinkOptions {
  /** Milliseconds since 1970. */
  readonly now: () => number;
  /** The longest frame that is read, in characters. */
  readonly maxFrame: number;
  /** The option of the dashboard; undefined for a value computed from the heartbeat of the server. */
  readonly suspectAfter: number | undefined;
  /** The option of the dashboard; undefined for a value computed from the heartbeat of the server. */
  readonly deadAfter: number | undefined;
  readonly scheduler: SchedulerLike;
  readonly random: () => number;
  /** Called with what cannot be read and concerns no subscription. */
  readonly onFault: (fault: unknown) => void;
}

const mayHang: ReadonlySet<DashboardSuspicion> = new Set(['silence', 'pong', 'goaway']);

/** A link that the server has welcomed: writes messages, and passes those of the server to their subscriptions. */
export class LiveLink {
  readonly url: string;
  readonly serverId: string | undefined;
  readonly sessionId: string | undefined;
  /** True if the server answers each subscribe. */
  readonly answers: boolean;
  /** Silence after which it is suspected, in milliseconds; undefined if the server promises no heartbeat. */
  readonly suspectAfter: number | undefined;
  /** The time from a suspicion to its end, in milliseconds. */
  readonly grace: number;
  readonly frame$: Observable<string>;
  readonly isOpen: () => boolean;
  /** `bytes` for each frame, `heard` for a pong. */
  readonly activity$: Observable<string>;
  /** Emits when the server asks for a new token. */
  readonly renew$: Observable<unknown>;
  /** Emits when the server goes away, with the time it allows for that, in milliseconds. */
  readonly goaway$: Observable<number>;
  /** The suspicion of the link, `undefined` if there is none; the latest is replayed. */
  readonly suspicion$: Observable<HandoverReason | undefined>;
  /** Time of the welcome or the last heartbeat by the clock of the server, in milliseconds since 1970; 0 without a clock. */
  heardAt: number;
  /** The clock of the server is ahead by so much, in milliseconds. */
  skew: number;
  readonly #welcomedAt: number;
  #lastFrame: number;
  readonly #socket: TextSocket;
  readonly #wire: Wire;
  readonly #options: LiveLinkOptions;
  #avoid: string | undefined;
  readonly #signal$ = new Subject<string>();
  readonly #goaway$ = new Subject<number>();
  readonly #renew$ = new Subject<unknown>();
  readonly #reason$ = new BehaviorSubject<HandoverReason | undefined>(undefined);
  readonly #deadAfter: number;
  readonly #misfits = new Set<string>();
  readonly #routes = new Map<string, Subject<RoutedMessage>>();

  constructor(
    socket: TextSocket,
    wire: Wire,
    { serverId, sessionId, heartbeatMs, ts }: Welcome,
    options: LiveLinkOptions,
  ) {
    this.#socket = socket;
    this.#wire = wire;
    this.#options = options;
    this.heardAt = ts !== undefined && ts > 0 ? ts : 0; // NaN is none either
    this.skew = ts ? ts - options.now() : 0;
    this.#welcomedAt = this.#lastFrame = options.scheduler.now();
    this.url = socket.url;
    this.frame$ = socket.frame$;
    this.activity$ = this.#signal$;
    this.goaway$ = this.#goaway$;
    this.renew$ = this.#renew$;
    this.suspicion$ = this.#reason$;
    this.isOpen = socket.isOpen;
    this.serverId = serverId;
    this.#avoid = serverId;
    this.sessionId = sessionId;
    this.answers = wire.answers;
    // The figures of the options hold for the default heartbeat; another one stretches them.
    const heartbeat = heartbeatMs ? Math.min(Math.max(heartbeatMs, 100), 600_000) : 1500;
    const { suspectAfter = (heartbeat * 5) / 3, deadAfter = (heartbeat * 8) / 3, random } = options;
    // Of all pages of a server that pauses; a third of what is left, so that another link can be opened in time.
    const suspectAt = suspectAfter + (random() * Math.max(deadAfter - suspectAfter, 0)) / 3;
    this.suspectAfter = heartbeatMs ? suspectAt : undefined;
    this.grace = Math.max(deadAfter - suspectAt, 1);
    this.#deadAfter = heartbeatMs ? deadAfter : Infinity;
  }

  /** Time at which it is dead if nothing more arrives, in milliseconds by the scheduler. */
  get deadAt(): number {
    return this.#lastFrame + this.#deadAfter;
  }

  /** The time of the server, in milliseconds since 1970. */
  get time(): number {
    return this.#options.now() + this.skew;
  }

  /** Returns the time from the welcome to the last frame, in milliseconds. */
  heardFor(): number {
    return this.#lastFrame - this.#welcomedAt;
  }

  /**
   * The server to avoid if the link ends now, without having been suspected: a load balancer ends the links of a server that
   * hangs, and would choose it once more. After a longer silence it is the page that stood still.
   */
  get overdue(): string | undefined {
    const silence = this.#options.scheduler.now() - this.#lastFrame;
    return silence > this.#deadAfter / 2 && silence < this.#deadAfter ? this.#avoid : undefined;
  }

  get suspicion(): DashboardSuspicion | undefined {
    return this.#reason$.value?.suspicion;
  }

  /** Records a suspicion, and its end. A server that may hang is better avoided; one that is merely far is not. */
  suspect(suspicion: DashboardSuspicion | undefined): void {
    const avoid = suspicion && mayHang.has(suspicion) ? this.#avoid : undefined;
    const known = this.#reason$.value;
    const isSame = known !== undefined && known.suspicion === suspicion && known.avoid === avoid;
    this.#reason$.next(isSame ? known : suspicion && { suspicion, avoid });
  }

  /** Emits the messages of a subscription, as long as it is subscribed. */
  route(subId: string): Observable<RoutedMessage> {
    return defer(() => {
      const route$ = new Subject<RoutedMessage>();
      this.#routes.set(subId, route$);
      return route$.pipe(
        finalize(() => {
          if (this.#routes.get(subId) === route$) this.#routes.delete(subId);
        }),
      );
    });
  }

  /** Returns true if the messages of a subscription are subscribed. */
  hasRoute(subId: string): boolean {
    return this.#routes.has(subId);
  }

  send(message: DashboardMessage): void {
    for (const frame of this.#wire.write(message)) this.#socket.send(frame);
  }

  /** Shows a new token. */
  renew(token: string | undefined): void {
    this.#socket.send(this.#wire.hello(token, this.sessionId));
  }

  /** Called with each frame; returns true if it brought data. */
  read(frame: string): boolean {
    this.#lastFrame = this.#options.scheduler.now();
    this.#signal$.next('bytes');
    if (frame.length > this.#options.maxFrame) return this.#refuse(frame);
    const message = this.#wire.read(frame);
    return message !== undefined && this.#take(message);
  }

  #take(message: ServerMessage | Misfit): boolean {
    if (message.messageType === 'misfit') {
      const { path, subId = '' } = message;
      const route$ = this.#routes.get(subId);
      // Once a link, as it may come again with each frame.
      if (!route$ && !this.#misfits.has(path)) this.#options.onFault(new MisfitError(path));
      this.#misfits.add(path);
      route$?.next(message);
      return false;
    }
    if ('subId' in message) {
      this.#routes.get(message.subId)?.next(message);
      return message.messageType !== 'ended';
    }
    switch (message.messageType) {
      case 'heartbeat':
        this.heardAt = message.ts;
        this.skew = message.ts - this.#options.now();
        for (const subId of Object.keys(message.seqs ?? {})) this.#routes.get(subId)?.next(message);
        break;
      case 'ping':
        this.send({ messageType: 'pong', t: message.t });
        break;
      case 'pong':
        this.#signal$.next('heard');
        break;
      case 'goaway':
        this.#avoid = message.avoid ?? this.serverId;
        this.#goaway$.next(message.drainMs ?? 0);
        break;
      case 'renew':
        this.#renew$.next(message);
        break;
      case 'welcome': // once more: nothing new
    }
    return false;
  }

  /** Too long to be read: its beginning names the subscription. */
  #refuse(frame: string): boolean {
    const about = this.#wire.about(frame.slice(0, 1000));
    if (about) this.#routes.get(about.subId)?.next({ messageType: 'oversize', ...about, length: frame.length });
    return false;
  }
}

/** A message of a subscription. */
export type RoutedMessage = SubscriptionMessage | OversizeFrame | Misfit;

/** A frame for a subscription that was longer than is read. */
export interface OversizeFrame extends Generation {
  readonly messageType: 'oversize';
  readonly length: number;
}
