import { noDiagnostics } from '../observability/diagnostics.js';
import { EMPTY, filter, firstValueFrom, merge, NEVER, of, Subject, timer, type Observable } from 'rxjs';
import { protocolVersion } from '../protocol/message-types.js';
import type { Transport } from '../transport/types.js';
import type { Unit } from '../unit/unit.js';
import { connectUnit } from '../unit/connect-unit.js';
import { readMessage, writeMessage } from '../server/units/envelope.js';
import { readLog, type LogEntry } from './read-log.js';
import { createTimeline, type TimelineEvent } from './timeline.js';
import { VirtualClock } from '../testing/virtual/clock.js';
import { whileTimePasses } from './while-time-passes.js';

/** Options of {@link replayLog}. */
export interface ReplayLogOptions {
  /** The name of the file in errors. */
  readonly file?: string;
  /**
   * The app under test: the result is subscribed to until the end, and what the app sends is acknowledged.
   *
   * @defaultValue none
   */
  readonly app?: (unit: Unit) => Observable<unknown>;
  /** Called with each event as it happens. */
  readonly onEvent?: (event: TimelineEvent) => void;
  /**
   * The time it continues after the last line, in milliseconds.
   *
   * @defaultValue 1,000
   */
  readonly linger?: number;
}

/** The result of {@link replayLog}. */
export interface ReplayedLog {
  /** The messages in the log (`log …`), and what the app received and sent in the replay. */
  readonly events: readonly TimelineEvent[];
}

const url = 'wss://cloud.example/ws/v7/';

/**
 * Feeds an app the messages of the cloud in a message log (`fileMessageLog`, `TX: ` and `RX: ` lines) on virtual time:
 * with the checks and the acks of the real unit and the original pauses, at once.
 *
 * @example
 * ```ts
 * const { events } = await replayLog(await readFile('messages.log', 'utf8'), { app: (unit) => myApp(unit) });
 * ```
 * @param log - The text of the log
 * @param options - See {@link ReplayLogOptions}; all are optional
 * @throws {@link ScenarioError} for a line that is none of a message log; and what the app throws
 */
export const replayLog = async (log: string, options: ReplayLogOptions = {}): Promise<ReplayedLog> => {
  const { file, app = () => EMPTY, onEvent = () => undefined, linger = 1000 } = options;
  const entries = readLog(log, file);
  const virtualClock = new VirtualClock();
  const clock = virtualClock.world;
  const timeline = createTimeline(() => clock.now());
  const frame$ = new Subject<Uint8Array>();
  const systemId = entries.find(({ message }) => message !== undefined)?.message?.systemId ?? 'unit-1';
  const failure$ = new Subject<never>();
  const error = (cause: unknown) => {
    failure$.error(cause);
  };

  const transport = transportOf(systemId, frame$, ({ txn, messageType }) => {
    timeline.add(`app sends ${messageType}`);
    clock.schedule(() => {
      frame$.next(Buffer.from(writeMessage(systemId, txn, { messageType: 'ack' })));
    }, 1);
  });
  const unit = connectUnit({
    systemId,
    credentials: { ca: '', cert: '', key: '' },
    transport,
    scheduler: clock,
    now: () => clock.now(),
    autoStart: false,
    diagnostics: noDiagnostics,
  });
  const watching = timeline.event$.subscribe({ next: onEvent, error });
  watching.add(
    unit.message$.subscribe({
      next: ({ data }) => {
        timeline.add(`app got ${data.messageType}`);
      },
      error,
    }),
  );
  watching.add(
    unit.rejected$.subscribe({
      next: ({ reason }) => {
        timeline.add('app got a rejected frame', reason);
      },
      error,
    }),
  );
  watching.add(app(unit).subscribe({ error }));

  const texts = textsOf(entries);
  const play = async () => {
    unit.start();
    await firstValueFrom(unit.state$.pipe(filter(({ state }) => state === 'connected')), { defaultValue: undefined });
    const start = clock.now();
    for (const [index, entry] of entries.entries()) {
      const wait = start + entry.at - clock.now();
      if (wait > 0) await firstValueFrom(merge(timer(wait, clock), failure$), { defaultValue: 0 });
      const text = texts[index];
      if (text !== undefined) timeline.add(text);
      if (entry.kind === 'RX') frame$.next(Buffer.from(entry.text));
    }
    await firstValueFrom(merge(timer(linger, clock), failure$), { defaultValue: 0 });
    timeline.end();
  };
  try {
    await whileTimePasses(virtualClock, play());
  } finally {
    watching.unsubscribe();
    await whileTimePasses(virtualClock, unit.stop());
  }
  return { events: timeline.events };
};

interface Sent {
  readonly txn: string;
  readonly messageType: string;
}

/** Reaches a cloud that says what the log has it say, and nothing of its own. */
const transportOf = (systemId: string, frame$: Observable<Uint8Array>, onSent: (sent: Sent) => void): Transport => ({
  identify: () => ['https://cloud.example/sd/v7/'],
  discover: () => of(JSON.stringify({ version: protocolVersion, systemId, connectionInfo: [url], authToken: '' })),
  openSocket: () =>
    merge(
      of({
        url,
        frame$,
        activity$: EMPTY,
        drain$: EMPTY,
        bufferedAmount: 0,
        send: (frame: string) => {
          const message = readMessage(Buffer.from(frame));
          if (typeof message === 'string' || message.data.messageType === 'ack') return;
          onSent({ txn: message.header.txn, messageType: message.data.messageType });
        },
        ping: () => undefined,
        abandon: () => undefined,
      }),
      NEVER,
    ),
  idle$: of(true),
});

/** Describes each line of the log; undefined if the unit itself reports it. */
const textsOf = (entries: readonly LogEntry[]): readonly (string | undefined)[] => {
  const types = new Map<string, string>();
  const seen = new Set<string>();
  return entries.map(({ kind, text, message }) => {
    if (kind === 'gap') return `log gap: ${text}`;
    if (message === undefined) return kind === 'TX' ? 'log sent a frame that is no message' : undefined;
    const { txn, messageType } = message;
    const isReply = messageType === 'ack' || messageType === 'nack';
    if (kind === 'TX') {
      if (isReply) return undefined;
      const again = types.has(txn) ? ' again' : '';
      types.set(txn, messageType);
      return `log sent ${messageType}${again}`;
    }
    if (isReply) return `log got ${messageType} of ${types.get(txn) ?? 'a message before the log'}`;
    const again = seen.has(txn);
    seen.add(txn);
    return again ? `log got ${messageType} again, which is not given to the app` : undefined;
  });
};
