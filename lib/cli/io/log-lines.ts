import type { Writable } from 'node:stream';
import { logLine, type LogFormat } from '../../observability/log.js';

/** Lines are left out with so much unread, in bytes. */
const mostWaiting = 1024 * 1024;

/** Writes lines to a stream such as stderr. While its reader does not read, they are left out and counted. */
export const logLines = (stream: Writable, format: LogFormat = 'text'): ((line: string) => void) => {
  let missing = 0;
  return (line) => {
    if (stream.writableLength > mostWaiting) {
      missing++;
      return;
    }
    const gap = `(${missing} lines are missing here)`;
    if (missing > 0) stream.write(format === 'json' ? logLine(format, 'warn', gap, Date.now()) : `${gap}\n`);
    missing = 0;
    stream.write(line);
  };
};
