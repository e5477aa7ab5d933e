import {
  catchError,
  defer,
  EMPTY,
  filter,
  ignoreElements,
  mergeMap,
  NEVER,
  Subject,
  switchMap,
  take,
  takeUntil,
  tap,
  type Observable,
} from 'rxjs';
import { concatOf, mergeOf } from './lean.js';

/** How {@link handOver} opens links and lives with them. */
export interface HandOverOptions<Link, Step, Event, Reason> {
  /** Opens a link: steps, then the link, which must outlive its opening while somebody is subscribed to what it does. */
  readonly open: (reason?: Reason) => Observable<Step | Link>;
  readonly isLink: (step: Step | Link) => step is Link;
  /** What a link does; fails when it ends. The last to unsubscribe closes it. */
  readonly live: (link: Link) => Observable<Event>;
  /**
   * A reason to open another link beside this one; the same once more tries again where that failed; `undefined` where the
   * reason is gone. Ends with nothing to say.
   */
  readonly doubts: (link: Link) => Observable<Reason | undefined>;
  /** What is told when a link ends while another is being opened beside it. */
  readonly lost: (cause: unknown) => Event;
}

/**
 * Lives with a link and, when there is a reason to, opens another beside it and moves over once that is open: make before
 * break. Fails as the link does, unless another is on its way, or when nothing can be opened.
 *
 * ```
 * opens a: c-A
 * a:         -a-a-a           (its doubt comes with the first a)
 * opens b:    c--B
 * b:             -b--b-#
 * result:  c--a-a-b--b-#      (a is closed once b is open; c of b is not told)
 * ```
 */
export const handOver = <Link, Step, Event, Reason>({
  open,
  isLink,
  live,
  doubts,
  lost,
}: HandOverOptions<Link, Step, Event, Reason>): Observable<Step | Event> =>
  defer(() => {
    const link$ = new Subject<Link>();
    const enter = (link: Link) => {
      link$.next(link);
    };
    const follow = (link: Link): Observable<Event> => {
      let opening: Reason | undefined;
      let cause: unknown;
      const beside = (reason: Reason) =>
        open(reason).pipe(
          filter(isLink),
          take(1),
          tap(enter),
          ignoreElements(),
          // A link in doubt is better than none; the next doubt tries again.
          catchError((error: unknown) => {
            opening = undefined;
            if (cause !== undefined) throw error;
            return EMPTY;
          }),
        );
      const successor$ = doubts(link).pipe(
        filter((reason) => reason === undefined || reason !== opening),
        switchMap((reason) => {
          opening = reason;
          return reason === undefined ? EMPTY : beside(reason);
        }),
      );
      const life$ = live(link).pipe(
        catchError((error: unknown) => {
          cause = error;
          if (opening === undefined) throw error;
          return concatOf([lost(error)], NEVER);
        }),
      );
      return mergeOf(life$, successor$);
    };
    // The next link has its subscriber before the one before loses its own.
    const lives$ = link$.pipe(mergeMap((link) => follow(link).pipe(takeUntil(link$))));
    const first$ = defer(() => open()).pipe(
      mergeMap((step) => {
        if (!isLink(step)) return [step];
        enter(step);
        return NEVER;
      }),
    );
    return mergeOf(lives$, first$);
  });
