import {
  catchError,
  defer,
  exhaustMap,
  map,
  of,
  scan,
  timer,
  type Observable,
  type ObservableInput,
  type SchedulerLike,
} from 'rxjs';
import type { Totals, UnitStatus } from '../unit/status.js';

/** The knowledge of a unit. */
export interface Followed {
  /** The last status, also while the unit does not answer. */
  readonly status?: UnitStatus;
  /** Messages a second over the last seconds; absent until there were two answers of the same process. */
  readonly rates?: Totals | undefined;
  /** The reason why there is no answer, and since when (milliseconds since 1970). */
  readonly lost?: { readonly why: string; readonly since: number };
}

/** Options of {@link follow}. */
export interface FollowOptions {
  /** The time between two requests in milliseconds. */
  readonly interval: number;
  readonly scheduler: SchedulerLike;
}

/** Rates are those of so much time, in milliseconds. */
const span = 5000;

interface Memory {
  readonly followed: Followed;
  /** The answers of the same process within {@link span}, and at least the last two. */
  readonly recent: readonly UnitStatus[];
}

/** Asks a unit again and again, and emits what is known of it. A request that takes longer than the interval delays the next. */
export const follow = (
  ask: () => ObservableInput<UnitStatus>,
  { interval, scheduler }: FollowOptions,
): Observable<Followed> =>
  timer(0, interval, scheduler).pipe(
    exhaustMap(() =>
      defer(ask).pipe(
        map((status) => ({ status })),
        catchError((error: unknown) => of({ why: error instanceof Error ? error.message : String(error) })),
      ),
    ),
    scan<{ readonly status: UnitStatus } | { readonly why: string }, Memory>(
      (memory, answer) =>
        'status' in answer ? heard(memory, answer.status) : lost(memory, answer.why, scheduler.now()),
      { followed: {}, recent: [] },
    ),
    map(({ followed }) => followed),
  );

const lost = ({ followed }: Memory, why: string, now: number): Memory => ({
  followed: { ...followed, rates: undefined, lost: { why, since: followed.lost?.since ?? now } },
  recent: [],
});

const heard = ({ recent }: Memory, status: UnitStatus): Memory => {
  const isSame = recent.every(({ pid, uptime }) => pid === status.pid && uptime < status.uptime);
  const all = isSame ? [...recent, status] : [status];
  const firstInside = all.findIndex(({ uptime }) => status.uptime - uptime <= span);
  const kept = all.slice(Math.max(0, Math.min(firstInside, all.length - 2)));
  return { followed: { status, rates: ratesOf(kept) }, recent: kept };
};

const ratesOf = (recent: readonly UnitStatus[]): Totals | undefined => {
  const [first, last] = [recent[0], recent.at(-1)];
  if (first === undefined || last === undefined || first === last) return undefined;
  const seconds = (last.uptime - first.uptime) / 1000;
  const rate = (name: keyof Totals): number => (last.totals[name] - first.totals[name]) / seconds;
  return {
    ...{ sent: rate('sent'), acked: rate('acked'), nacked: rate('nacked') },
    ...{ resent: rate('resent'), dropped: rate('dropped'), received: rate('received') },
  };
};
