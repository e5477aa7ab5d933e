import { BehaviorSubject, defer, finalize, Subject, type Observable, type SchedulerLike } from 'rxjs';
import type { ServerData } from '../protocol/subscription/messages.js';
import { MisfitError } from '../errors.js';
import type { TextSocket } from '../transport/web-socket.js';
import type { DashboardMessage, Generation, Misfit, ServerMessage, Welcome, Wire } from './codecs/codec.js';
import type { Doubt } from './state.js';

/** What concerns one subscription. */
export type SubscriptionMessage = ServerData<'snapshot' | 'resumed' | 'update' | 'ended' | 'heartbeat'>;

/** A reason to open another link beside this one. */
export interface DoubtReason {
  readonly doubt: Doubt;
  /** The server that the other link should not lead to. */
  readonly avoid: string | undefined;
}

/** What a {@link LiveLink} goes by. */
export interface LiveLinkOptions {
  /** Milliseconds since 1970. */
  readonly now: () => number;
  /** The longest frame that is read, in characters. */
  readonly maxFrame: number;
  /** As the options of the dashboard have it; undefined for what the heartbeat of the server makes of it. */
  readonly suspectAfter: number | undefined;
  /** The same. */
  readonly deadAfter: number | undefined;
  readonly scheduler: SchedulerLike;
  readonly random: () => number;
  /** Called with what cannot be read and concerns no subscription. */
  readonly onFault: (fault: unknown) => void;
}

/** A link that the server has welcomed: says what is to be said, and brings what is heard to whom it concerns. */
export class LiveLink {
  readonly url: string;
  readonly serverId: string | undefined;
  readonly sessionId: string | undefined;
  /** Whether the server answers each subscribe. */
  readonly answers: boolean;
  /** Silence that puts it in doubt, in milliseconds; undefined where the server promises no heartbeat. */
  readonly suspectAfter: number | undefined;
  /** From a doubt to its end, in milliseconds. */
  readonly grace: number;
  readonly frame$: Observable<string>;
  readonly isOpen: () => boolean;
  /** `bytes` for each frame, `heard` for a pong. */
  readonly activity$: Observable<string>;
  /** The server goes away, and gives so much time, in milliseconds. */
  readonly goaway$: Observable<number>;
  /** Why the link is in doubt; the latest is replayed. */
  readonly doubt$: Observable<DoubtReason | undefined>;
  /** When the server was last heard, by its own clock, in milliseconds since 1970. */
  heardAt = 0;
  /** By how much the clock of the server is ahead, in milliseconds. */
  skew: number;
  /** When the last frame came, in milliseconds by the scheduler. */
  lastFrame: number;
  readonly #socket: TextSocket;
  readonly #wire: Wire;
  readonly #options: LiveLinkOptions;
  #avoid: string | undefined;
  readonly #signal$ = new Subject<string>();
  readonly #goaway$ = new Subject<number>();
  readonly #reason$ = new BehaviorSubject<DoubtReason | undefined>(undefined);
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
    this.skew = ts ? ts - options.now() : 0; // NaN is none either
    this.lastFrame = options.scheduler.now();
    this.url = socket.url;
    this.frame$ = socket.frame$;
    this.activity$ = this.#signal$;
    this.goaway$ = this.#goaway$;
    this.doubt$ = this.#reason$;
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

  /** When it is dead if nothing more is heard of it, in milliseconds by the scheduler. */
  get deadAt(): number {
    return this.lastFrame + this.#deadAfter;
  }

  get doubt(): Doubt | undefined {
    return this.#reason$.value?.doubt;
  }

  /** Told of a doubt, and when it is gone. A server that may hang is better avoided; one that is merely far is not. */
  suspect(doubt: Doubt | undefined): void {
    const avoid = doubt === 'silence' || doubt === 'pong' || doubt === 'goaway' ? this.#avoid : undefined;
    const known = this.#reason$.value;
    this.#reason$.next(known && known.doubt === doubt && known.avoid === avoid ? known : doubt && { doubt, avoid });
  }

  /** What comes for a subscription while it is subscribed. */
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

  /** Whether somebody listens for a subscription. */
  hasRoute(subId: string): boolean {
    return this.#routes.has(subId);
  }

  send(message: DashboardMessage): void {
    for (const frame of this.#wire.write(message)) this.#socket.send(frame);
  }

  /** Told of each frame; whether it brought data. */
  read(frame: string): boolean {
    this.lastFrame = this.#options.scheduler.now();
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
      case 'welcome': // once more: nothing new
    }
    return false;
  }

  /** Too long to be read: whom it concerns stands at its beginning. */
  #refuse(frame: string): boolean {
    const about = this.#wire.about(frame.slice(0, 1000));
    if (about) this.#routes.get(about.subId)?.next({ messageType: 'oversize', ...about, length: frame.length });
    return false;
  }
}

/** What comes for a subscription. */
export type RoutedMessage = SubscriptionMessage | OversizeFrame | Misfit;

/** A frame for a subscription that was longer than is read. */
export interface OversizeFrame extends Generation {
  readonly messageType: 'oversize';
  readonly length: number;
}
