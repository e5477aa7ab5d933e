import { gzipSync } from 'node:zlib';
import type { UnitData } from '../protocol/envelope.js';
import { errorInfo } from './error-info.js';

type Data = UnitData<'pushLog'>;

/** The node that a log is of, and the request that it answers. */
export interface LogOrigin extends Pick<Data, 'node'> {
  /** The `correlationId` of the `requestLog`. */
  readonly correlationId: string | undefined;
}

/** Options of {@link pushLog}. */
export interface PushLogOptions {
  /**
   * The size of a part before it is compressed, in bytes.
   *
   * @defaultValue 131,072
   */
  readonly partSize?: number;
}

const newLine = '\n'.charCodeAt(0);

/**
 * The `pushLog` messages that carry a log, numbered from 1: each a gzip stream of its own as base64, cut at the end of a
 * line if there is one. An empty log is one message that says so. A part is compressed when it is iterated, so that a large
 * log does not hold up everything else.
 *
 * @param origin - the node and the request
 * @param log - the log as bytes or text
 * @param options - the size of the parts
 * @returns the messages, to be sent one by one
 *
 * @example
 * ```ts
 * for (const data of pushLog({ correlationId, node: { codename: 'main' } }, log)) unit.send(data);
 * ```
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

/**
 * The `pushLog` message that says that there is no such instance.
 *
 * @param origin - the node and the request
 * @returns the body of the message, for `send`
 *
 * @example
 * ```ts
 * unit.send(absentLog({ correlationId, node: { codename: 'main' } }));
 * ```
 */
export const absentLog = (origin: LogOrigin): Data => ({ ...without(origin, 'absent'), part: 1, partsCount: 1 });

/**
 * The `pushLog` message that says why there is no log.
 *
 * @param origin - the node and the request
 * @param error - the reason
 * @returns the body of the message, for `send`
 *
 * @example
 * ```ts
 * unit.send(failedLog({ correlationId, node: { codename: 'main' } }, new Error('the disk failed')));
 * ```
 */
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
