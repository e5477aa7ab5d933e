/**
 * One open socket, watched: shared by unit and dashboard.
 *
 * May import: errors, operators.
 *
 * @module
 */
import { BehaviorSubject, finalize, Subscription, type Observable, type Observer, type SchedulerLike } from 'rxjs';
import { ConnectionClosedError, UnstableConnectionError } from '../errors.js';

/** What a link is made of. */
export interface LinkSocket<Frame> {
  readonly url: string;
  readonly frame$: Observable<Frame>;
  /** A value for each sign of life. */
  readonly activity$: Observable<unknown>;
}

/** Who watches over a link. */
export interface Watch {
  /** Notes what was heard; true where the watch has to begin anew, which is with {@link verdict}. */
  readonly isNews: (signal: unknown) => boolean;
  /** Fails once the link is dead, if nothing is heard before that is news. */
  readonly verdict: () => Observable<never>;
}

/** What links go by; times in milliseconds. */
export interface LinkTerms<Frame, Socket extends LinkSocket<Frame>> {
  /** A connection that lived this long, or brought a message, counts as a success. */
  readonly stableAfter: number;
  readonly scheduler: SchedulerLike;
  /** Milliseconds since 1970. */
  readonly now: () => number;
  /** Told of each frame; whether that shows that the other side is well. */
  readonly read: (frame: Frame, socket: Socket) => boolean;
  readonly watch: (socket: Socket) => Watch;
}

/** Where a link stands; one that is connected comes with its socket, and with whom to tell of a doubt. */
export type LinkEvent<Socket, Doubt = unknown> =
  | { readonly state: 'connecting'; readonly url: string; readonly socket?: never; readonly doubt?: never }
  | {
      readonly state: 'connected';
      readonly url: string;
      readonly since: number;
      readonly socket: Socket;
      readonly doubt: (reason: Doubt) => void;
    };

/**
 * Dials, and emits where the link stands: `connecting`, `connected`, its end; the latest is replayed. It is watched as by
 * `deadLink` and judged as by `proveStable`. Unsubscribing by its last subscriber closes it, so that whatever opened it
 * can be over while somebody lives with it.
 */
export const openLink = <Frame, Socket extends LinkSocket<Frame>>(
  url: string,
  socket$: Observable<Socket>,
  terms: LinkTerms<Frame, Socket>,
): Observable<LinkEvent<Socket>> => {
  const link = new Link(url, terms);
  link.add(socket$.subscribe(link));
  return link.state();
};

/** By hand what operators would do as well: an idle unit costs little more than its link, and operators cost the most. */
class Link<Frame, Socket extends LinkSocket<Frame>> extends Subscription implements Observer<Socket> {
  readonly #state$: BehaviorSubject<LinkEvent<Socket>>;
  readonly #url: string;
  readonly #terms: LinkTerms<Frame, Socket>;
  #watch: Watch | undefined;
  #verdict = Subscription.EMPTY;
  #openedAt = 0;
  #proven = false;

  constructor(url: string, terms: LinkTerms<Frame, Socket>) {
    super();
    this.#state$ = new BehaviorSubject<LinkEvent<Socket>>({ state: 'connecting', url });
    this.#url = url;
    this.#terms = terms;
  }

  state(): Observable<LinkEvent<Socket>> {
    return this.#state$.asObservable().pipe(
      finalize(() => {
        if (!this.#state$.observed) this.unsubscribe();
      }),
    );
  }

  next(socket: Socket): void {
    const { scheduler, now, watch } = this.#terms;
    this.#openedAt = scheduler.now();
    this.#watch = watch(socket);
    const error = (cause: unknown) => {
      this.error(cause);
    };
    const next = (signal: unknown) => {
      this.#hear(signal);
    };
    const read = (frame: Frame) => {
      this.#read(frame, socket);
    };
    this.add(socket.frame$.subscribe({ next: read, error }));
    this.add(socket.activity$.subscribe({ next, error }));
    next('bytes'); // what is known from other links may ask for a watch from the first
    this.#state$.next({ state: 'connected', url: socket.url, since: now(), socket, doubt: next });
  }

  /** An end before the link has proved useful is no success, however well it was opened. */
  error(cause: unknown): void {
    const { scheduler, stableAfter } = this.#terms;
    const unstable = this.#watch && !this.#proven && scheduler.now() - this.#openedAt < stableAfter;
    this.#state$.error(unstable ? new UnstableConnectionError(cause) : cause);
  }

  /** No transport should do that; it is a close without a word. */
  complete(): void {
    this.error(new ConnectionClosedError(this.#url, 1000, ''));
  }

  #read(frame: Frame, socket: Socket): void {
    try {
      if (this.#terms.read(frame, socket)) this.#proven = true;
    } catch (fault) {
      this.error(fault);
    }
  }

  #hear(signal: unknown): void {
    if (this.closed || !this.#watch?.isNews(signal)) return;
    this.#verdict.unsubscribe();
    const verdict = new Subscription(); // there before it begins, as a ping may be answered while it is written
    this.add((this.#verdict = verdict));
    verdict.add(
      this.#watch.verdict().subscribe({
        error: (cause: unknown) => {
          this.error(cause);
        },
      }),
    );
  }
}
