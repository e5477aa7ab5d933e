import { catchError, EMPTY, from, type Observable } from 'rxjs';
import { describeError } from '../../observability/describe-error.js';
import type { Log } from '../../observability/log.js';
import { longestLine } from './read-line.js';
import { splitLines, type Line } from './split-lines.js';

/**
 * The lines of a stream such as stdin. After each chunk it waits until `ready`, so that a reader of the answers that
 * falls behind slows the questions down. A stream that fails is one that ends.
 */
export const stdinLines = (
  stream: AsyncIterable<Uint8Array>,
  ready: () => Promise<unknown>,
  log: Log,
): Observable<Line> =>
  from(paced(stream, ready)).pipe(
    catchError((error: unknown) => {
      log('warn', `stdin cannot be read any more: ${describeError(error).message}`);
      return EMPTY;
    }),
    splitLines(longestLine),
  );

async function* paced(stream: AsyncIterable<Uint8Array>, ready: () => Promise<unknown>) {
  for await (const chunk of stream) {
    yield chunk;
    await ready();
  }
}
