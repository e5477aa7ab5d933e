import { combineLatest, defer, EMPTY, finalize, NEVER, switchMap, type Observable } from 'rxjs';
import type { Socket } from '../transport/types.js';

/** Options of {@link backpressure}; both streams replay their current value. */
export interface BackpressureOptions {
  readonly socket$: Observable<Socket | undefined>;
  readonly paused$: Observable<boolean>;
  /** Called when a link is no longer read, and when it is read again: a link that is not read cannot be judged. */
  readonly onChange: (change: 'paused' | 'resumed') => void;
}

/** Stops reading the open socket, if it can be paused, while `paused$` is true. Never emits. */
export const backpressure = ({ socket$, paused$, onChange }: BackpressureOptions): Observable<never> =>
  combineLatest([socket$, paused$]).pipe(
    switchMap(([socket, isPaused]) => {
      if (!isPaused || socket?.pause === undefined) return EMPTY;
      return defer(() => {
        socket.pause?.();
        onChange('paused');
        return NEVER;
      }).pipe(
        finalize(() => {
          socket.resume?.();
          onChange('resumed');
        }),
      );
    }),
  );
