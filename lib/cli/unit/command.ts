import {
  EMPTY,
  firstValueFrom,
  map,
  merge,
  mergeAll,
  mergeMap,
  NEVER,
  noop,
  share,
  Subject,
  timer,
  type Observable,
} from 'rxjs';
import { OptionError, StoreError } from '../../errors.js';
import { describeError } from '../../observability/describe-error.js';
import { fileMessageLog, type FileMessageLog } from '../../observability/file-message-log.js';
import { createLog, type Log } from '../../observability/log.js';
import { redactData } from '../../observability/redact-message.js';
import type { UnitOptions } from '../../unit/options.js';
import { cloudMessageTypes } from '../../protocol/message-types.js';
import { fileStore } from '../../store/file-store.js';
import type { Store, StoredMessage } from '../../store/types.js';
import { connectUnit } from '../../unit/connect-unit.js';
import { ending } from '../io/ending.js';
import { identityOptions, type IdentityOptions } from './identity-options.js';
import { admission } from '../io/admission.js';
import { jsonLines, type JsonLines } from '../io/json-lines.js';
import { logLines } from '../io/log-lines.js';
import { logUnitEvent } from './log-event.js';
import { openMetrics } from '../io/open-metrics.js';
import { serviceManager } from '../io/service-manager.js';
import { hangUps } from '../io/signals.js';
import type { Line } from '../io/split-lines.js';
import { endOfLines } from './end-of-lines.js';
import { provision } from './provision.js';
import { sendLines } from './send-lines.js';
import { stdinLines } from '../io/stdin.js';
import {
  deliveryEvent,
  provisioningEvent,
  receivedEvent,
  rejectedEvent,
  renewalEvent,
  stateEvent,
  stoppedEvent,
  type UnitEvent,
} from './events.js';
import type { UnitSettings } from './options.js';
import { tuningOf } from './tuning-options.js';
import type { Unit } from '../../unit/unit.js';
import { UsageError } from '../options/usage-error.js';

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
  const options = await unitOptions(settings, log);
  const shownState = { state: 'starting', ready: false };
  await using shown = await openMetrics(settings.metricsPort, () => shownState);
  const unit = connectUnit({ ...options, metrics: shown?.metrics });
  if (shown) log('info', `metrics are served at ${shown.url}`);
  const fault$ = new Subject<unknown>();
  const manager = serviceManager(process.env, log);

  const isOneTerminal = process.stdout.isTTY && process.stderr.isTTY;
  const logEvent = (event: UnitEvent) => {
    if (!isOneTerminal) logUnitEvent(log, event);
  };
  const report = (event: UnitEvent) => {
    if (event.event === 'state') {
      Object.assign(shownState, { state: event.state, ready: event.state === 'connected' });
      manager.notify(`STATUS=${event.state}`);
    }
    out.write(event, isExpendable(event));
    logEvent(event);
  };
  const sent$ = (line$ ?? unitLines(unit, settings, out, log)).pipe(
    sendLines(unit, (data) => {
      log('trace', () => `sending ${JSON.stringify(redactData({ ...data }))}`);
    }),
    share(),
  );
  handOver(unit, out, showSecrets, logEvent);
  const events = unitEvents(unit, options, sent$).subscribe({
    next: report,
    error: (error: unknown) => {
      fault$.next(error);
    },
  });
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
  const last = stoppedEvent(stopped);
  out.end(last);
  logEvent(last);
  return exitCode;
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

const unitEvents = (
  unit: Unit,
  { keystore, mainNode }: IdentityOptions,
  sent$: Observable<UnitEvent>,
): Observable<UnitEvent> =>
  merge(
    unit.state$.pipe(map((state) => stateEvent(state, Date.now()))),
    unit.restored$.pipe(
      mergeAll(),
      mergeMap(({ status$ }) => status$),
      map((report) => deliveryEvent(report, undefined)),
    ),
    unit.rejected$.pipe(map(({ reason }) => rejectedEvent('cloud', reason))),
    unit.renewal$.pipe(map(renewalEvent)),
    keystore && mainNode !== undefined ? provision(unit, keystore, mainNode).pipe(map(provisioningEvent)) : EMPTY,
    sent$,
  );

/** The cloud gets its ack once the system has the line: while nobody reads, what is not written is not acked. */
const handOver = (unit: Unit, out: JsonLines, showSecrets: boolean, logEvent: (event: UnitEvent) => void): void => {
  for (const type of cloudMessageTypes)
    unit.handle(
      type,
      (message) => {
        const event = receivedEvent(message, showSecrets);
        logEvent(event);
        return out.hand(event);
      },
      { ack: 'after' },
    );
};

/** Returns true if a slow reader can do without the event: it is no message, and not the end of one. */
const isExpendable = (event: UnitEvent): boolean => {
  switch (event.event) {
    case 'delivery':
      return event.status === 'queued' || event.status === 'requeued' || (event.status === 'sent' && event.attempt > 1);
    case 'rejected':
      return event.source === 'cloud';
    default:
      return event.event === 'state' || event.event === 'renewal';
  }
};

const unitOptions = async (settings: UnitSettings, log: Log): Promise<UnitOptions & IdentityOptions> => {
  const { systemId, discoveryUrl, overrideDiscoveryUrl, allowInsecure } = settings;
  const { backoff, ackTimeout, maxRetries, connectTimeout, makeBeforeBreak } = settings;
  const where = { discoveryUrl, overrideDiscoveryUrl, allowInsecure };
  const how = { backoff, ackTimeout, maxRetries, connectTimeout, makeBeforeBreak };
  const store = settings.store === undefined ? {} : { store: await usableStore(settings.store) };
  const messageLog =
    settings.messageLog === undefined ? {} : { messageLog: await usableMessageLog(settings.messageLog, log) };
  const kept = { ...store, ...messageLog };
  // A handler writes to stdout, in the order of its type, as soon as that is read.
  const handlers = { concurrency: cloudMessageTypes.length, handlerTimeout: Infinity };
  return {
    systemId,
    ...(await identityOptions(settings, hangUps())),
    ...where,
    ...how,
    ...tuningOf(settings),
    ...kept,
    ...handlers,
    autoStart: false,
  };
};

/** Ends at once rather than run without the store that was requested; a temporary failure is reported in the state. */
const usableStore = async (path: string): Promise<Store> => {
  try {
    const store = fileStore(path);
    let opened: readonly StoredMessage[] | undefined = await store.open();
    const open = () => {
      const messages = opened;
      opened = undefined;
      return messages ? Promise.resolve(messages) : store.open();
    };
    return { ...store, open };
  } catch (error) {
    if (error instanceof OptionError) throw new UsageError(error.message.replace('option "store"', 'option --store'));
    if (error instanceof StoreError && error.code === 'LOCKED')
      throw new UsageError(`option --store cannot be used: ${error.message}`);
    return fileStore(path);
  }
};

/** Likewise for the message log; should it fail later, the unit goes on without it. */
const usableMessageLog = async (path: string, log: Log): Promise<FileMessageLog> => {
  const messageLog = fileMessageLog(path, {
    onFailure: ({ message }) => {
      log('warn', message);
    },
  });
  try {
    await messageLog.open();
  } catch (error) {
    throw new UsageError(`option --message-log cannot be used: ${describeError(error).message}`);
  }
  return messageLog;
};
