import { Subject, type Observable } from 'rxjs';
import type { ServerEvent } from '../../server/server-events.js';

/** The number of entries of each kind that are kept. */
const maxEntries = 100_000;

/** An event of a server of dashboards with its time; `kind` distinguishes the cases. */
export type JournalEntry<Kind extends ServerEvent['kind'] = ServerEvent['kind']> = Extract<
  ServerEvent,
  { readonly kind: Kind }
> & {
  /** The time of the event, in milliseconds since 1970. */
  readonly at: number;
};

/** The events of a server of dashboards in order: the newest 100,000 of each kind. */
export interface DashboardJournal {
  /** WebSockets that were accepted. */
  readonly connections: readonly JournalEntry<'connection'>[];
  /** Each `hello` and the result of its authentication. */
  readonly hellos: readonly JournalEntry<'hello'>[];
  /** Each subscribe that was received. */
  readonly subscribes: readonly JournalEntry<'subscribe'>[];
  /** Each answer to a subscribe. */
  readonly answers: readonly JournalEntry<'answer'>[];
  /** Each unsubscribe that was received. */
  readonly unsubscribes: readonly JournalEntry<'unsubscribe'>[];
  /** Each ping that was answered. */
  readonly pings: readonly JournalEntry<'ping'>[];
  /** The link reports that were received, by WebSocket or by POST. */
  readonly linkReports: readonly JournalEntry<'linkReport'>[];
  /** Frames that could not be read. */
  readonly unreadable: readonly JournalEntry<'unreadable'>[];
  /** Connections that ended. */
  readonly closures: readonly JournalEntry<'closure'>[];
  /** Emits each entry; completes when the server is stopped. */
  readonly entry$: Observable<JournalEntry>;
}

/** A journal that is being written. */
export interface OpenJournal {
  /** The journal as tests read it. */
  readonly journal: DashboardJournal;
  /** Adds an event with the time of now. */
  readonly add: (event: ServerEvent) => void;
  /** Completes `entry$`. */
  readonly end: () => void;
}

/** Opens an empty journal. `now` in milliseconds since 1970. */
export const openJournal = (now: () => number): OpenJournal => {
  const entry$ = new Subject<JournalEntry>();
  const kept: { readonly [Kind in ServerEvent['kind']]: JournalEntry<Kind>[] } = {
    ...{ connection: [], hello: [], subscribe: [], answer: [], unsubscribe: [] },
    ...{ ping: [], linkReport: [], unreadable: [], closure: [] },
  };
  return {
    journal: {
      connections: kept.connection,
      hellos: kept.hello,
      subscribes: kept.subscribe,
      answers: kept.answer,
      unsubscribes: kept.unsubscribe,
      pings: kept.ping,
      linkReports: kept.linkReport,
      unreadable: kept.unreadable,
      closures: kept.closure,
      entry$,
    },
    add: (event) => {
      const entry = { ...event, at: now() } as JournalEntry;
      const entries = kept[event.kind] as JournalEntry[];
      entries.push(entry);
      if (entries.length > maxEntries * 1.1) entries.splice(0, entries.length - maxEntries);
      entry$.next(entry);
    },
    end: () => {
      entry$.complete();
    },
  };
};
