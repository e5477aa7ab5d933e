import {
  catchError,
  defer,
  EMPTY,
  ignoreElements,
  merge,
  take,
  timer,
  type Observable,
  type SchedulerLike,
} from 'rxjs';
import type { MessageLog } from './types.js';

/** The longest time that a stop waits for the log, in milliseconds. */
const patience = 1000;

/** Completes once the log is closed, or after a second; never fails. */
export const logClosed = (log: MessageLog | undefined, scheduler: SchedulerLike): Observable<never> =>
  log?.close === undefined
    ? EMPTY
    : merge(defer(async () => log.close?.()).pipe(catchError(() => ['failed'])), timer(patience, scheduler)).pipe(
        take(1),
        ignoreElements(),
      );
