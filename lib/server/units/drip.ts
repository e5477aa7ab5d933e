import { Duplex } from 'node:stream';

/** The same stream, except that the first write goes out one byte each `interval` milliseconds. */
export const dripFirstWrite = (stream: Duplex, interval: number): Duplex => {
  let timer: NodeJS.Timeout | undefined;
  let first = true;

  const drip = (bytes: Buffer, done: () => void): void => {
    stream.write(bytes.subarray(0, 1));
    if (bytes.length === 1) done();
    else timer = setTimeout(drip, interval, bytes.subarray(1), done);
  };

  const dripping = new Duplex({
    read: () => stream.resume(),
    write: (chunk: Buffer, _encoding, done) => {
      if (first) drip(chunk, done);
      else stream.write(chunk, done);
      first = false;
    },
    final: (done) => stream.end(done),
    destroy: (error, done) => {
      clearTimeout(timer);
      stream.destroy();
      done(error);
    },
  });

  stream
    .on('data', (chunk: Buffer) => {
      if (!dripping.push(chunk)) stream.pause();
    })
    .on('end', () => dripping.push(null))
    .on('close', () => dripping.destroy())
    .on('error', () => undefined);
  return dripping;
};
