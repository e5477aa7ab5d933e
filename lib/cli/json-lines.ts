import type { Writable } from 'node:stream';
import { firstValueFrom, fromEvent, merge, of, ReplaySubject, take, type Observable } from 'rxjs';

/** A stream of JSON objects, one a line. */
export interface JsonLines {
  readonly write: (object: object) => void;
  /** Settles when the reader has taken enough that more may be written. */
  readonly ready: () => Promise<unknown>;
  /** Why nothing more can be written, once that is so. */
  readonly broken$: Observable<Error>;
}

/** Writes to a stream such as stdout, whose reader may be slow, or go away. */
export const jsonLines = (stream: Writable): JsonLines => {
  const broken$ = new ReplaySubject<Error>(1);
  stream.on('error', (error) => {
    broken$.next(error);
  });

  return {
    write: (object) => {
      if (!stream.destroyed) stream.write(toLine(object));
    },
    ready: () =>
      firstValueFrom(stream.writableNeedDrain ? merge(fromEvent(stream, 'drain'), broken$) : of(true), {
        defaultValue: false,
      }),
    broken$: broken$.pipe(take(1)),
  };
};

/** Some languages end a line at these as well; inside JSON they may be written as escapes. */
const lineEnds = /[\u0085\u2028\u2029]/g;

const toLine = (object: object): string =>
  `${JSON.stringify(object).replace(lineEnds, (end) => `\\u${end.charCodeAt(0).toString(16).padStart(4, '0')}`)}\n`;
