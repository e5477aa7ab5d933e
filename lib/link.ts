import { BehaviorSubject, finalize, Subscription, type Observable, type Observer } from 'rxjs';
import type { ConnectionEvent } from './connection.js';
import { ConnectionClosedError, UnstableConnectionError } from './errors.js';
import { LinkWatch, type WatchRules } from './operators/link-watch.js';
import type { Socket } from './transport/types.js';

/** What the links of a unit go by; times in milliseconds. */
export interface LinkTerms extends WatchRules {
  /** A connection that lived this long, or brought a message, counts as a success. */
  readonly stableAfter: number;
  /** Milliseconds since 1970. */
  readonly now: () => number;
  /** Told of each frame; whether that shows that the cloud is well. */
  readonly read: (frame: Uint8Array | 'text', socket: Socket) => boolean;
}

/**
 * Dials, and emits where the link stands: `connecting`, `connected`, its end; the latest is replayed. It is watched as by
 * `deadLink` and judged as by `proveStable`. Unsubscribing by its last subscriber closes it, so that whatever opened it
 * can be over while somebody lives with it.
 */
export const openLink = (url: string, socket$: Observable<Socket>, terms: LinkTerms): Observable<ConnectionEvent> => {
  const link = new Link(url, terms);
  link.add(socket$.subscribe(link));
  return link.state();
};

/** By hand what operators would do as well: an idle unit costs little more than its link, and operators cost the most. */
class Link extends Subscription implements Observer<Socket> {
  readonly #state$: BehaviorSubject<ConnectionEvent>;
  readonly #url: string;
  readonly #terms: LinkTerms;
  #watch: LinkWatch | undefined;
  #verdict = Subscription.EMPTY;
  #openedAt = 0;
  #proven = false;

  constructor(url: string, terms: LinkTerms) {
    super();
    this.#state$ = new BehaviorSubject<ConnectionEvent>({ state: 'connecting', url });
    this.#url = url;
    this.#terms = terms;
  }

  state(): Observable<ConnectionEvent> {
    return this.#state$.asObservable().pipe(
      finalize(() => {
        if (!this.#state$.observed) this.unsubscribe();
      }),
    );
  }

  next(socket: Socket): void {
    const { scheduler, now, pingInterval } = this.#terms;
    this.#openedAt = scheduler.now();
    this.#watch = new LinkWatch(socket, this.#terms);
    const error = (cause: unknown) => {
      this.error(cause);
    };
    const next = (signal: unknown) => {
      this.#hear(signal);
    };
    const read = (frame: Uint8Array | 'text') => {
      this.#read(frame, socket);
    };
    this.add(socket.frame$.subscribe({ next: read, error }));
    this.add(socket.activity$.subscribe({ next, error }));
    if (pingInterval !== undefined) next('bytes');
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

  #read(frame: Uint8Array | 'text', socket: Socket): void {
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
