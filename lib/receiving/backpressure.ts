import { combineLatest, defer, EMPTY, finalize, NEVER, switchMap, type Observable } from 'rxjs';
import type { Socket } from '../transport/types.js';

/** What {@link pauseReading} runs on; both replay their current value. */
export interface PauseReadingOptions {
  readonly socket$: Observable<Socket | undefined>;
  readonly paused$: Observable<boolean>;
  /** Told where a link is not read from now on, and where it is read again: what is not read cannot be judged. */
  readonly onChange: (change: 'paused' | 'resumed') => void;
}

/** Stops reading the open socket, where it can be paused, while `paused$` is true. Never emits. */
export const pauseReading = ({ socket$, paused$, onChange }: PauseReadingOptions): Observable<never> =>
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
