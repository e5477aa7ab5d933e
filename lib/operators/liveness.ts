import {
  concat,
  defer,
  EMPTY,
  ignoreElements,
  map,
  merge,
  of,
  repeat,
  timer,
  type Observable,
  type SchedulerLike,
} from 'rxjs';
import { DeadLinkError } from '../errors.js';

/** Who is watched. */
export interface Watched {
  readonly url: string;
  readonly ping: () => void;
  readonly abandon?: () => void;
  /** What was written and is not sent yet, in bytes. Default: nothing. */
  readonly bufferedAmount?: number;
}

/** When a link is suspected, and how long it has then. Times in milliseconds. */
export interface WatchRules {
  readonly pingInterval?: number | undefined;
  readonly onInterval: (interval: number) => void;
  readonly silenceFactor: number;
  readonly pongTimeout: number;
  readonly scheduler: SchedulerLike;
}

/** Pings closer together than this, in milliseconds, were bunched by a stall and say nothing about the interval. */
const bunched = 250;

const signsOfLife: ReadonlySet<unknown> = new Set(['ping', 'pong', 'bytes']);

const nothing: readonly number[] = [];

const median = (numbers: readonly number[]): number =>
  [...numbers].sort((a, b) => a - b)[(numbers.length - 1) >> 1] ?? 0;

/** What is known of a link from its signals; a class, as there is one for each idle link and its timers live elsewhere. */
export class LinkWatch {
  readonly #link: Watched;
  readonly #rules: WatchRules;
  #heardAt: number;
  #pingedAt = -Infinity;
  #intervals = nothing;
  #interval: number | undefined;
  #watchedBy: number | undefined; // the interval that the watch goes by
  #asked = false; // and not heard since
  #paused = false;

  constructor(link: Watched, rules: WatchRules) {
    this.#link = link;
    this.#rules = rules;
    this.#heardAt = rules.scheduler.now();
    this.#interval = rules.pingInterval;
  }

  /** Notes what was heard; true where the watch has to begin anew, which is with {@link verdict}. */
  isNews(signal: unknown): boolean {
    if (signal === 'paused' || signal === 'resumed') {
      this.#paused = signal === 'paused';
      this.#asked = false;
      this.#pingedAt = -Infinity;
      this.#heardAt = this.#now();
      return true;
    }
    if (this.#paused) return false;
    const wasAsked = this.#asked;
    this.#asked = !signsOfLife.has(signal);
    if (this.#asked) return !wasAsked;
    this.#heardAt = this.#now();
    if (signal === 'ping') this.#learn(this.#heardAt);
    const isOther = this.#interval !== this.#watchedBy;
    this.#watchedBy = this.#interval;
    return wasAsked || isOther;
  }

  /** Fails once the link is dead, if nothing is heard before that is news. */
  verdict(): Observable<never> {
    if (this.#paused) return EMPTY;
    if (this.#asked) return this.#question();
    if (this.#interval === undefined) return EMPTY;
    return concat(
      this.#untilSilent(),
      defer(() => this.#question()),
    );
  }

  #now(): number {
    return this.#rules.scheduler.now();
  }

  #learn(now: number): void {
    if (now - this.#pingedAt < bunched) return;
    if (this.#pingedAt > -Infinity) {
      this.#intervals = [...this.#intervals.slice(-2), now - this.#pingedAt];
      this.#interval = median(this.#intervals);
      this.#rules.onInterval(this.#interval);
    }
    this.#pingedAt = now;
  }

  #untilSilent(): Observable<never> {
    const { silenceFactor, scheduler } = this.#rules;
    const quiet = () => this.#heardAt + (this.#interval ?? Infinity) * silenceFactor - scheduler.now();
    return defer(() => timer(quiet(), scheduler)).pipe(
      repeat({ delay: () => (quiet() > 0 ? of(0) : EMPTY) }),
      ignoreElements(),
    );
  }

  #question(): Observable<never> {
    const { pongTimeout, scheduler } = this.#rules;
    this.#asked = true;
    const dead = `no sign of life within ${pongTimeout} ms of a ping`;
    let waiting = 0;
    // Bytes that still leave are a sign of life, and the ping may be behind them.
    const hasMoved = () => {
      const before = waiting;
      waiting = this.#link.bufferedAmount ?? 0;
      return waiting < before;
    };
    const answerable$ = defer(() => timer(pongTimeout, scheduler)).pipe(
      repeat({ delay: () => (hasMoved() ? of(0) : EMPTY) }),
      ignoreElements(),
    );
    // The second timer lets what arrived during a stall of the process be read before the verdict.
    const verdict$ = concat(answerable$, timer(0, scheduler)).pipe(
      map(() => {
        this.#link.abandon?.();
        throw new DeadLinkError(this.#link.url, dead);
      }),
    );
    const ping$ = defer(() => {
      waiting = this.#link.bufferedAmount ?? 0;
      this.#link.ping();
      return EMPTY;
    });
    return merge(verdict$, ping$);
  }
}
