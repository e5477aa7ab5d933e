import { fromEvent, NEVER, type Observable } from 'rxjs';

/** The exit codes by which a shell reports these signals: 128 and the number of the signal. */
const exitCodes = { SIGHUP: 129, SIGINT: 130, SIGQUIT: 131, SIGTERM: 143 } as const;

/** True while SIGHUP is for something else than to stop. */
let isHangUpTaken = false;

/**
 * Emits at each SIGHUP, which does not stop the process then. Where stdin is a terminal, whose end it says, it still does, and
 * nothing is emitted.
 */
export const hangUps = (): Observable<unknown> => {
  isHangUpTaken = !process.stdin.isTTY;
  return isHangUpTaken ? fromEvent(process, 'SIGHUP') : NEVER;
};

/** Aborted by the first SIGHUP, SIGINT, SIGQUIT or SIGTERM from now on; a second one ends the process at once. */
export const stopSignal = (): AbortSignal => {
  const stop = new AbortController();
  for (const [name, exitCode] of Object.entries(exitCodes))
    process.on(name, () => {
      if (name === 'SIGHUP' && isHangUpTaken) return;
      if (stop.signal.aborted) process.exit(exitCode);
      stop.abort(name);
    });
  return stop.signal;
};
