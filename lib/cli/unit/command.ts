import { firstValueFrom, map, merge, NEVER, noop, share, Subject, timer, type Observable } from 'rxjs';
import { createLog, type Log } from '../../observability/log.js';
import { redactData } from '../../observability/redact-message.js';
import { connectUnit } from '../../unit/connect-unit.js';
import type { Unit } from '../../unit/unit.js';
import { admission } from '../io/admission.js';
import { ending } from '../io/ending.js';
import { jsonLines, type JsonLines } from '../io/json-lines.js';
import { logLines } from '../io/log-lines.js';
import type { LineMessage } from '../io/read-line.js';
import { serviceManager } from '../io/service-manager.js';
import type { Line } from '../io/split-lines.js';
import { stdinLines } from '../io/stdin.js';
import { connectOptions } from './connect-options.js';
import { endOfLines } from './end-of-lines.js';
import { stoppedEvent, type UnitEvent } from './events.js';
import { logUnitEvent } from './log-event.js';
import type { UnitSettings } from './options.js';
import { sendLines } from './send-lines.js';
import { serveStatus } from './serve-status.js';
import { handOver, isExpendable, unitEvents } from './unit-events.js';

/** The lines that are sent, and what else a sub-command wants of the run. */
export interface RunOptions {
  /** In place of stdin. */
  readonly line$?: Observable<Line>;
  /** The time after which the run is given up, in milliseconds. */
  readonly timeout?: number;
}

/** Runs a unit between stdin and stdout until `stop` is aborted; resolves with the exit code. */
export const runUnit = async (
  settings: UnitSettings,
  stop: AbortSignal,
  { line$, timeout }: RunOptions = {},
): Promise<number> => {
  const { drainTimeout, logLevel: level, logFormat: format, showSecrets } = settings;
  const log = createLog({ level, format, write: logLines(process.stderr, format) });
  const out = jsonLines(process.stdout);
  const options = await connectOptions(settings, log);
  await using shown = await serveStatus(settings);
  const unit = connectUnit({ ...options, metrics: shown?.metrics });
  if (shown) log('info', `metrics are served at ${shown.url}`);
  const fault$ = new Subject<unknown>();
  const manager = serviceManager(process.env, log);

  const isOneTerminal = process.stdout.isTTY && process.stderr.isTTY;
  const logEvent = (event: UnitEvent) => {
    shown?.take(event);
    if (!isOneTerminal) logUnitEvent(log, event);
  };
  const report = (event: UnitEvent) => {
    if (event.event === 'state') manager.notify(`STATUS=${event.state}`);
    out.write(event, isExpendable(event));
    logEvent(event);
  };
  const sent$ = (line$ ?? unitLines(unit, settings, out, log)).pipe(
    sendLines(unit, logSent(log), shown?.step),
    share(),
  );
  handOver(unit, out, showSecrets, logEvent);
  const events = unitEvents(unit, options, sent$).subscribe({
    next: report,
    error: (error: unknown) => {
      fault$.next(error);
    },
  });
  const ends = shown?.watch(unit.state$, options);
  const watchdog = manager.watchdog$.subscribe({
    next: (fields) => {
      manager.notify(...fields);
    },
    error: noop,
  });

  const done$ = merge(endOfLines(sent$, settings), timeout === undefined ? NEVER : givenUp(timeout, log));
  const ended = firstValueFrom(ending({ stop, out, log, fault$: merge(fault$, unit.failure$), done$ }), {
    defaultValue: 1,
  });
  unit.start();
  manager.notify('READY=1');
  const exitCode = await ended;
  manager.notify('STOPPING=1');
  log('info', 'stopping');
  const stopped = await unit.stop(drainTimeout > 0 ? { drain: true, timeout: drainTimeout } : {});
  events.unsubscribe();
  watchdog.unsubscribe();
  ends?.unsubscribe();
  const last = stoppedEvent(stopped);
  out.end(last);
  logEvent(last);
  return exitCode;
};

const logSent =
  (log: Log) =>
  (data: LineMessage['data']): void => {
    log('trace', () => `sending ${JSON.stringify(redactData({ ...data }))}`);
  };

/** The lines of stdin, as fast as the reader of stdout reads; with `waitForRoom` as fast as the queue takes them, too. */
const unitLines = (
  unit: Pick<Unit, 'whenRoom'>,
  { waitForRoom }: UnitSettings,
  out: JsonLines,
  log: Log,
): Observable<Line> => {
  if (!waitForRoom) return stdinLines(process.stdin, out.ready, log);
  const { oneByOne, idle } = admission<Line>(unit.whenRoom);
  return stdinLines(process.stdin, () => Promise.all([out.ready(), idle()]), log).pipe(oneByOne);
};

const givenUp = (timeout: number, log: Log): Observable<number> =>
  timer(timeout).pipe(
    map(() => {
      log('error', `not delivered within ${timeout} ms`);
      return 1;
    }),
  );
