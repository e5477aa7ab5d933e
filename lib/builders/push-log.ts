import { gzipSync } from 'node:zlib';
import type { UnitData } from '../protocol/envelope.js';
import { errorInfo } from './error-info.js';

type Data = UnitData<'pushLog'>;

/** Whose log it is, and the request that it answers. */
export interface LogOrigin extends Pick<Data, 'node'> {
  /** That of the `requestLog`. */
  readonly correlationId: string | undefined;
}

/** How {@link pushLog} cuts a log into parts. */
export interface PushLogOptions {
  /** The most bytes of a part before it is compressed. Default 131,072. */
  readonly partSize?: number;
}

const newLine = '\n'.charCodeAt(0);

/**
 * The `pushLog` messages that carry a log, numbered from 1: each a gzip stream of its own as base64, cut at the end of a
 * line where there is one. Nothing to tell is one message that says so. A part is compressed when it is asked for, so
 * that a large log does not hold up everything else.
 */
export const pushLog = (
  origin: LogOrigin,
  log: Uint8Array | string,
  { partSize = 131_072 }: PushLogOptions = {},
): Iterable<Data> => {
  const bytes = Buffer.from(log);
  const parts = cut(bytes, Math.max(1, Math.floor(partSize)));
  if (parts.length === 0) return [{ ...without(origin, 'empty'), part: 1, partsCount: 1 }];
  return {
    *[Symbol.iterator]() {
      for (const [n, part] of parts.entries())
        yield {
          ...without(origin, 'ok'),
          part: n + 1,
          partsCount: parts.length,
          content: gzipSync(part).toString('base64'),
        };
    },
  };
};

/** The `pushLog` message that says that there is no such instance. */
export const absentLog = (origin: LogOrigin): Data => ({ ...without(origin, 'absent'), part: 1, partsCount: 1 });

/** The `pushLog` message that says why there is no log. */
export const failedLog = (origin: LogOrigin, error: unknown): Data => ({
  ...without(origin, 'error'),
  errorInfo: errorInfo(error),
});

const without = ({ correlationId, node }: LogOrigin, status: Data['status']): Data => ({
  messageType: 'pushLog',
  correlationId,
  node,
  part: 0,
  partsCount: 0,
  content: '',
  status,
});

const cut = (bytes: Buffer, size: number): Buffer[] => {
  const parts = [];
  for (let start = 0; start < bytes.length;) {
    const whole = bytes.subarray(start, start + size);
    const line = start + size < bytes.length ? whole.lastIndexOf(newLine) + 1 : 0;
    const part = line > 0 ? whole.subarray(0, line) : whole;
    parts.push(part);
    start += part.length;
  }
  return parts;
};
