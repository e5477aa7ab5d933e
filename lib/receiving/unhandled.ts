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

/** The messages that wait for handlers or are handled, counted by type. */
export interface Unhandled {
  /**
   * True if there is room for a message. One type may have as much as is still free, so that one whose handler hangs leaves
   * room for the others; and one message whatever its size.
   */
  readonly fits: (type: string, size: number) => boolean;
  /** Counts a message of this type and so many bytes. */
  readonly add: (type: string, size: number) => void;
  /** Counts a message that has been handled. */
  readonly remove: (type: string, size: number) => void;
  /** Forgets all of them. */
  readonly clear: () => void;
  /** True while nothing is to be read; replays the current value. */
  readonly paused$: Observable<boolean>;
  /** Ends each pause in time, while it is subscribed; never emits. */
  readonly pauses$: Observable<never>;
}

/** Acks of the unit's own messages and pings come on the same link: no pause is longer, in milliseconds. */
const longestPause = 250;
/** The approximate size of a message without its frame, in bytes. */
const overhead = 512;
/** Beyond this part of the bytes reading is slowed down. */
const highWater = 1 / 4;

/** Counts the unhandled messages, and asks for a pause when there are too many. */
export const unhandled = ({ maxUnhandled, maxUnhandledBytes, scheduler }: UnhandledOptions): Unhandled => {
  const ofType = new Map<string, { bytes: number }>();
  const paused$ = new BehaviorSubject(false);
  let count = 0;
  let bytes = 0;
  let paused = false; // since it was last below the half

  const load = () => Math.max(count / maxUnhandled, bytes / (maxUnhandledBytes * highWater));
  const pause = (isPaused: boolean) => {
    if (isPaused !== paused$.value) paused$.next(isPaused);
  };
  const change = (type: string, messages: number, size: number) => {
    const difference = messages * (size + overhead);
    let own = ofType.get(type);
    if (own === undefined) ofType.set(type, (own = { bytes: 0 }));
    own.bytes += difference;
    count += messages;
    bytes += difference;
    if (!paused && load() > 1) {
      paused = true;
      pause(true);
    } else if (paused && load() <= 1 / 2) {
      paused = false;
      pause(false);
    }
  };
  return {
    fits: (type, size) => {
      const used = ofType.get(type)?.bytes ?? 0;
      return used === 0 || used + size + overhead <= maxUnhandledBytes - bytes;
    },
    add: (type, size) => {
      change(type, 1, size);
    },
    remove: (type, size) => {
      change(type, -1, size);
    },
    clear: () => {
      ofType.clear();
      count = bytes = 0;
      paused = false;
      pause(false);
    },
    paused$: paused$.asObservable(),
    pauses$: paused$.pipe(
      switchMap((isPaused) => (isPaused ? timer(longestPause, scheduler) : EMPTY)),
      tap(() => {
        pause(false);
      }),
      ignoreElements(),
    ),
  };
};
