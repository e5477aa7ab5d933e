import {
  BehaviorSubject,
  EMPTY,
  ignoreElements,
  switchMap,
  tap,
  timer,
  type Observable,
  type SchedulerLike,
} from 'rxjs';

/** Bounds of the messages that wait for handlers or are handled. */
export interface UnhandledOptions {
  /** Reading slows down with more messages than this. */
  readonly maxUnhandled: number;
  /** There is no room beyond so many bytes. */
  readonly maxUnhandledBytes: number;
  readonly scheduler: SchedulerLike;
}

/** Acks of the unit's own messages and pings come on the same link: no pause is longer, in milliseconds. */
const longestPause = 250;
/** The approximate size of a message without its frame, in bytes. */
const overhead = 512;
/** Beyond this part of the bytes reading is slowed down. */
const highWater = 1 / 4;

/** Counts the messages that wait for handlers or are handled, by type, and asks for a pause when there are too many. */
export class Unhandled {
  readonly #options: UnhandledOptions;
  readonly #ofType = new Map<string, { bytes: number }>();
  readonly #paused$ = new BehaviorSubject(false);
  #count = 0;
  #bytes = 0;
  #paused = false; // since it was last below the half

  constructor(options: UnhandledOptions) {
    this.#options = options;
  }

  /** True while nothing is to be read; replays the current value. */
  get paused$(): Observable<boolean> {
    return this.#paused$.asObservable();
  }

  /** Ends each pause in time, while it is subscribed; never emits. */
  get pauses$(): Observable<never> {
    return this.#paused$.pipe(
      switchMap((isPaused) => (isPaused ? timer(longestPause, this.#options.scheduler) : EMPTY)),
      tap(() => {
        this.#pause(false);
      }),
      ignoreElements(),
    );
  }

  /**
   * Returns true if there is room for a message. One type may have as much as is still free, so that one whose handler
   * hangs leaves room for the others; and one message whatever its size.
   */
  fits(type: string, size: number): boolean {
    const used = this.#ofType.get(type)?.bytes ?? 0;
    return used === 0 || used + size + overhead <= this.#options.maxUnhandledBytes - this.#bytes;
  }

  /** Counts a message of this type and so many bytes. */
  add(type: string, size: number): void {
    this.#change(type, 1, size);
  }

  /** Counts a message that has been handled. */
  remove(type: string, size: number): void {
    this.#change(type, -1, size);
  }

  /** Forgets all of them. */
  clear(): void {
    this.#ofType.clear();
    this.#count = this.#bytes = 0;
    this.#paused = false;
    this.#pause(false);
  }

  #change(type: string, messages: number, size: number): void {
    const difference = messages * (size + overhead);
    let own = this.#ofType.get(type);
    if (own === undefined) this.#ofType.set(type, (own = { bytes: 0 }));
    own.bytes += difference;
    this.#count += messages;
    this.#bytes += difference;
    const load = this.#load;
    if (!this.#paused && load > 1) {
      this.#paused = true;
      this.#pause(true);
    } else if (this.#paused && load <= 1 / 2) {
      this.#paused = false;
      this.#pause(false);
    }
  }

  /** In relation to what is allowed. */
  get #load(): number {
    const { maxUnhandled, maxUnhandledBytes } = this.#options;
    return Math.max(this.#count / maxUnhandled, this.#bytes / (maxUnhandledBytes * highWater));
  }

  #pause(isPaused: boolean): void {
    if (isPaused !== this.#paused$.value) this.#paused$.next(isPaused);
  }
}
