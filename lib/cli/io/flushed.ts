import type { Writable } from 'node:stream';

/** The time that the last bytes wait for their reader, in milliseconds. */
const timeout = 5000;

/** Settles with true when nothing that was written waits any more, and with false when the reader does not take it. */
export const flushed = (stream: Writable): Promise<boolean> =>
  new Promise((resolve) => {
    const timer = setTimeout(resolve, timeout, false);
    // Called with an error where the reader has gone, which leaves nothing to wait for either.
    stream.write('', () => {
      clearTimeout(timer);
      resolve(true);
    });
  });
