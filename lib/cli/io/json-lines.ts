import type { Writable } from 'node:stream';
import { firstValueFrom, fromEvent, merge, of, ReplaySubject, take, type Observable } from 'rxjs';

/** A stream of JSON objects, one a line. */
export interface JsonLines {
  /**
   * Writes the object. One that can be done without is left out while 4 MiB wait for the reader; how many were is written
   * in their place, as an event `missing`, once the reader goes on.
   */
  readonly write: (object: object, isExpendable?: boolean) => void;
  /**
   * Writes the object once the reader has taken what came before, one after the other. Settles when the operating system
   * has the whole line, and never where nobody reads any more.
   */
  readonly hand: (object: object) => Promise<void>;
  /** Writes the last object: what waits in {@link JsonLines.hand} is not written any more. */
  readonly end: (object: object) => void;
  /** Settles when the reader has taken enough that more may be written. */
  readonly ready: () => Promise<unknown>;
  /** Emits the reason when nothing more can be written. */
  readonly broken$: Observable<Error>;
}

/** Events that can be done without are left out with so much unread, in bytes. */
const mostWaiting = 4 * 1024 * 1024;

/** Writes to a stream such as stdout, whose reader may be slow, or go away. */
export const jsonLines = (stream: Writable): JsonLines => {
  const broken$ = new ReplaySubject<Error>(1);
  let missing = 0;
  let handed: Promise<unknown> | undefined; // the last one, until it is written
  let ended = false;
  stream.on('error', (error) => {
    broken$.next(error);
  });
  stream.on('drain', () => {
    tellMissing();
  });

  const put = (object: object, done?: (error?: Error | null) => void) => {
    if (!stream.destroyed) stream.write(toLine(object), done);
  };
  const tellMissing = () => {
    if (missing === 0) return;
    const count = missing;
    missing = 0;
    put({ event: 'missing', count });
  };
  const ready = () =>
    firstValueFrom(stream.writableNeedDrain ? merge(fromEvent(stream, 'drain'), broken$) : of(true), {
      defaultValue: false,
    });
  const written = (object: object) =>
    new Promise<void>((resolve) => {
      if (ended) return;
      put(object, (error) => {
        if (!error) resolve();
      });
    });

  return {
    write: (object, isExpendable = false) => {
      if (isExpendable && stream.writableLength > mostWaiting) {
        missing++;
        return;
      }
      tellMissing();
      put(object);
    },
    hand: (object) => {
      const isNext = handed === undefined && !stream.writableNeedDrain;
      const line = isNext
        ? written(object)
        : Promise.resolve(handed)
            .then(ready)
            .then(() => written(object));
      handed = line;
      void line.then(() => {
        if (handed === line) handed = undefined;
      });
      return line;
    },
    end: (object) => {
      ended = true;
      tellMissing();
      put(object);
    },
    ready,
    broken$: broken$.pipe(take(1)),
  };
};

/** Some languages end a line at these as well; inside JSON they may be written as escapes. */
const lineEnds = /[\u0085\u2028\u2029]/g;

const toLine = (object: object): string =>
  `${JSON.stringify(object).replace(lineEnds, (end) => `\\u${end.charCodeAt(0).toString(16).padStart(4, '0')}`)}\n`;
