import { defer, EMPTY, fromEvent, map, merge, of, type Observable } from 'rxjs';
import { describeError } from '../../observability/describe-error.js';
import type { Log } from '../../observability/log.js';
import type { JsonLines } from './json-lines.js';

/** Options of `ending`. */
export interface EndingOptions {
  readonly stop: AbortSignal;
  readonly out: JsonLines;
  readonly log: Log;
  /** Faults of the program itself. */
  readonly fault$: Observable<unknown>;
  /** The exit code, once the work is done. */
  readonly done$?: Observable<number>;
}

/** Emits an exit code whenever there is a reason to stop. */
export const ending = ({ stop, out, log, fault$, done$ = EMPTY }: EndingOptions): Observable<number> =>
  merge(
    done$,
    defer(() => (stop.aborted ? of(stop) : fromEvent(stop, 'abort'))).pipe(map(() => 0)),
    out.broken$.pipe(
      map((error) => {
        const { code, message } = describeError(error);
        log(
          'error',
          `${code === 'EPIPE' ? 'nobody reads stdout any more' : `stdout failed: ${message}`}; exiting with 1`,
        );
        return 1;
      }),
    ),
    fault$.pipe(
      map((error) => {
        log('error', describeError(error).message);
        return 1;
      }),
    ),
  );
