import { spawn } from 'node:child_process';
import { EMPTY, interval, map, type Observable } from 'rxjs';
import type { Log } from '../../observability/log.js';

/** The service manager that started this process, or nothing where none did. */
export interface ServiceManager {
  /** Reports fields such as `READY=1`, `STATUS=…` and `STOPPING=1`. */
  readonly notify: (...fields: readonly string[]) => void;
  /** Emits when it is time to report that the event loop runs, twice in each `WatchdogSec`. */
  readonly watchdog$: Observable<readonly string[]>;
}

/**
 * The systemd that started this process with `Type=notify`. Its datagram socket cannot be opened by Node, so `systemd-notify`
 * reports, for which the unit file needs `NotifyAccess=all`. Where that fails, the log says so once.
 */
export const serviceManager = (
  environment: Readonly<Record<string, string | undefined>>,
  log: Log,
  run: (command: string, args: readonly string[], failed: (error: Error) => void) => void = runCommand,
): ServiceManager => {
  const { NOTIFY_SOCKET: socket, WATCHDOG_USEC: microseconds } = environment;
  if (socket === undefined || socket === '') return { notify: () => undefined, watchdog$: EMPTY };
  let hasFailed = false;
  const notify = (...fields: readonly string[]): void => {
    if (hasFailed) return;
    run('systemd-notify', [`--pid=${process.pid}`, ...fields], ({ message }) => {
      if (!hasFailed) log('warn', `the service manager cannot be notified: ${message}`);
      hasFailed = true;
    });
  };
  const period = Math.floor(Number(microseconds) / 2000);
  const watchdog$ = period > 0 ? interval(period).pipe(map(() => ['WATCHDOG=1'])) : EMPTY;
  return { notify, watchdog$ };
};

const runCommand = (command: string, args: readonly string[], failed: (error: Error) => void): void => {
  const child = spawn(command, args, { stdio: 'ignore' });
  child.on('error', failed);
  child.on('exit', (code) => {
    if (code !== 0 && code !== null) failed(new Error(`${command} exited with ${code}`));
  });
};
