import type { Writable } from 'node:stream';

/** The time that the last bytes wait for their reader, in milliseconds. */
const timeout = 5000;

/** Settles with `all` once the reader has taken all that was written, and else with the reason why it has not. */
export const flushed = (stream: Writable): Promise<'all' | 'slow' | 'gone'> =>
  new Promise((resolve) => {
    const timer = setTimeout(resolve, timeout, 'slow');
    stream.write('', (error) => {
      clearTimeout(timer);
      resolve(error ? 'gone' : 'all');
    });
  });
