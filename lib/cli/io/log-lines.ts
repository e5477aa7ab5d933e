import type { Writable } from 'node:stream';

/** Lines are left out with so much unread, in bytes. */
const mostWaiting = 1024 * 1024;

/** Writes lines to a stream such as stderr. While its reader does not read, they are left out and counted. */
export const logLines = (stream: Writable): ((line: string) => void) => {
  let missing = 0;
  return (line) => {
    if (stream.writableLength > mostWaiting) {
      missing++;
      return;
    }
    if (missing > 0) stream.write(`(${missing} lines are missing here)\n`);
    missing = 0;
    stream.write(line);
  };
};
