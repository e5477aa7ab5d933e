import { Subject, type Observable } from 'rxjs';
import type { DashboardData } from '../protocol/subscription/messages.js';

/** How many entries of each kind are kept. */
const most = 100_000;

interface OfSession {
  /** The session, counted from 1; 0 for what was posted. */
  readonly session: number;
  /** Empty before the `hello`. */
  readonly clientId: string;
}

/** A WebSocket was accepted. */
export interface ConnectionEntry extends OfSession {
  readonly kind: 'connection';
  /** The path and the query of the upgrade. */
  readonly url: string;
}

/** A dashboard said hello. */
export interface HelloEntry extends OfSession {
  readonly kind: 'hello';
  readonly protocol: string;
  readonly lastSession: string | undefined;
  /** Whether there was a token, and what became of it. */
  readonly hasToken: boolean;
  readonly answer: 'ok' | 'refuse' | 'forbid';
}

/** A subscribe came in. */
export interface SubscribeEntry extends OfSession {
  readonly kind: 'subscribe';
  readonly subId: string;
  readonly gen: number;
  readonly topic: string;
  /** As they came. */
  readonly params: unknown;
  readonly resume: { readonly epoch: string; readonly offset: number } | undefined;
}

/** A subscribe was answered. */
export interface AnswerEntry extends OfSession {
  readonly kind: 'answer';
  readonly subId: string;
  readonly gen: number;
  readonly topic: string;
  readonly answer: 'snapshot' | 'resumed' | 'ended' | 'nack' | 'none';
  /** How many updates were missed: of `resumed`. */
  readonly count?: number;
  /** Of `ended`. */
  readonly code?: string;
}

/** An unsubscribe came in. */
export interface UnsubscribeEntry extends OfSession {
  readonly kind: 'unsubscribe';
  readonly subId: string;
  readonly gen: number;
}

/** A ping came in, and was answered. */
export interface DashboardPingEntry extends OfSession {
  readonly kind: 'ping';
  readonly t: number;
}

/** A link report came in. */
export interface LinkReportEntry extends OfSession {
  readonly kind: 'linkReport';
  readonly report: DashboardData<'linkReport'>;
}

/** A frame could not be read. */
export interface UnreadableEntry extends OfSession {
  readonly kind: 'unreadable';
  readonly reason: string;
}

/** A connection is over. */
export interface ClosureEntry extends OfSession {
  readonly kind: 'closure';
  /** 1006 where there was no close frame. */
  readonly code: number;
  readonly reason: string;
}

/** What an entry in the books is about. */
export type BookEntryBody =
  | ConnectionEntry
  | HelloEntry
  | SubscribeEntry
  | AnswerEntry
  | UnsubscribeEntry
  | DashboardPingEntry
  | LinkReportEntry
  | UnreadableEntry
  | ClosureEntry;

/** An entry without the session that it is of. */
export type Unsigned<Entry> = Entry extends unknown ? Omit<Entry, 'session' | 'clientId'> : never;

/** Anything that happened; tell one from another by `kind`. `at` in milliseconds since 1970. */
export type BookEntry<Kind extends BookEntryBody['kind'] = BookEntryBody['kind']> = Extract<
  BookEntryBody,
  { readonly kind: Kind }
> & { readonly at: number };

/** What happened at a server, in order: the newest 100,000 of each kind. */
export interface DashboardBooks {
  readonly connections: readonly BookEntry<'connection'>[];
  readonly hellos: readonly BookEntry<'hello'>[];
  readonly subscribes: readonly BookEntry<'subscribe'>[];
  readonly answers: readonly BookEntry<'answer'>[];
  readonly unsubscribes: readonly BookEntry<'unsubscribe'>[];
  readonly pings: readonly BookEntry<'ping'>[];
  readonly linkReports: readonly BookEntry<'linkReport'>[];
  readonly unreadable: readonly BookEntry<'unreadable'>[];
  readonly closures: readonly BookEntry<'closure'>[];
  /** All of it as it happens; completes when the server is stopped. */
  readonly entry$: Observable<BookEntry>;
}

export interface OpenBooks extends DashboardBooks {
  readonly add: (entry: BookEntryBody) => void;
  readonly end: () => void;
}

/** `now` in milliseconds since 1970. */
export const openBooks = (now: () => number): OpenBooks => {
  const entry$ = new Subject<BookEntry>();
  const books: { readonly [Kind in BookEntryBody['kind']]: BookEntry<Kind>[] } = {
    connection: [],
    hello: [],
    subscribe: [],
    answer: [],
    unsubscribe: [],
    ping: [],
    linkReport: [],
    unreadable: [],
    closure: [],
  };
  return {
    connections: books.connection,
    hellos: books.hello,
    subscribes: books.subscribe,
    answers: books.answer,
    unsubscribes: books.unsubscribe,
    pings: books.ping,
    linkReports: books.linkReport,
    unreadable: books.unreadable,
    closures: books.closure,
    entry$,
    add: (body) => {
      const entry = { ...body, at: now() } as BookEntry;
      const book = books[body.kind] as BookEntry[];
      book.push(entry);
      if (book.length > most * 1.1) book.splice(0, book.length - most);
      entry$.next(entry);
    },
    end: () => {
      entry$.complete();
    },
  };
};
