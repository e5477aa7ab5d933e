import {
  defer,
  EMPTY,
  filter,
  NEVER,
  switchMap,
  type Observable,
  type OperatorFunction,
  type SchedulerLike,
} from 'rxjs';
import { beginWith } from './begin-with.js';
import { consume } from './consume.js';
import { after, concatOf, onceOver } from './lean.js';

/**
 * The meaning of a signal to {@link silence}: `alive` is a sign of life, which ends a suspicion; `heard` is one that does not;
 * `suspect` is a reason for a suspicion; after `check` the silence is measured again, as a timer may be late; from `pause` to
 * `resume` nothing is expected.
 */
export type LifeSign = 'alive' | 'heard' | 'suspect' | 'check' | 'pause' | 'resume';

/** Options of {@link silence}; times in milliseconds. */
export interface SilenceOptions<Signal> {
  /** Returns the meaning of a signal, given the signal that began the suspicion, if there is one. */
  readonly read: (signal: Signal, suspicion: Signal | 'silence' | undefined) => LifeSign;
  /** Returns the silence after which the source is suspected; `undefined` as long as none is suspicious. */
  readonly suspectAfter: () => number | undefined;
  /** Called when a suspicion begins, with `undefined` when it ends, and once more at a `check`. */
  readonly onSuspicion: (suspicion: Signal | 'silence' | undefined) => void;
  /** Makes an Observable that completes when a suspected source is dead; `quiet$` completes after `suspectAfter` of silence. */
  readonly grace: (suspicion: Signal | 'silence', quiet$: Observable<unknown>) => Observable<unknown>;
  /** Makes the error. */
  readonly dead: (suspicion: Signal | 'silence') => Error;
  /** The scheduler of the timers. */
  readonly scheduler: SchedulerLike;
}

/**
 * Never emits; fails once the source is dead: suspected, because it was silent for `suspectAfter` or a signal said so, and
 * then without a sign of life for the time of grace.
 *
 * ```
 * source: a---a---------------
 * result: ----------------#     (suspectAfter is 5 ms, grace is 7 ms)
 * ```
 */
export const silence =
  <Signal>(options: SilenceOptions<Signal>): OperatorFunction<Signal, never> =>
  (signal$) =>
    defer(() => watch(signal$, options));

// Apart from the operator: what lives as long as the source would keep the way to it as well.
const watch = <Signal>(
  signal$: Observable<Signal>,
  { read, suspectAfter, onSuspicion, grace, dead, scheduler }: SilenceOptions<Signal>,
): Observable<never> => {
  let heardAt = scheduler.now();
  let limit = suspectAfter();
  let suspicion: Signal | 'silence' | undefined;
  let isPaused = false;

  const hear = (isSignOfLife: boolean): boolean => {
    const before = limit;
    heardAt = scheduler.now();
    limit = suspectAfter();
    if (suspicion === undefined || !isSignOfLife) return limit !== before;
    suspicion = undefined;
    onSuspicion(undefined);
    return true;
  };
  /** Returns true if the deadline changes. */
  const observe = (signal: Signal): boolean => {
    const sign = read(signal, suspicion);
    const wasSuspected = suspicion !== undefined;
    switch (sign) {
      case 'pause':
      case 'resume':
        isPaused = sign === 'pause';
        heardAt = scheduler.now();
        suspicion = undefined;
        return true;
      case 'alive':
      case 'heard':
        return !isPaused && hear(sign === 'alive');
      case 'suspect':
        if (!isPaused) suspicion ??= signal ?? 'silence'; // it may be nothing but undefined
        return !isPaused && !wasSuspected;
      case 'check':
        if (wasSuspected) onSuspicion(suspicion);
        return !isPaused && !wasSuspected;
    }
  };
  const left = () => heardAt + (limit ?? Infinity) - scheduler.now();
  const quiet = () => (limit === undefined ? NEVER : onceOver(left, scheduler));
  // Deferred, as what is called here may emit a sign of life at once.
  const end$ = defer(() => {
    const reason = (suspicion ??= 'silence');
    onSuspicion(reason);
    // The second timer lets what arrived during a stall of the process be read before the end.
    return concatOf(
      grace(reason, defer(quiet)),
      after(0, scheduler),
      defer((): never => {
        throw dead(reason);
      }),
    ).pipe(consume(() => undefined));
  });
  const deadline = () => {
    if (isPaused || (suspicion === undefined && limit === undefined)) return EMPTY;
    return suspicion === undefined ? quiet().pipe(switchMap(() => end$)) : end$;
  };
  return signal$.pipe(filter(observe), beginWith('the first deadline'), switchMap(deadline));
};
