import { expect } from 'chai';
import { PacedWriter } from '../../lib/transport/paced-writer.js';

/** A network that takes what was written when it is asked to, one write after the other. */
const network = () => {
  const written: number[] = [];
  const waiting: (() => void)[] = [];
  const steps: string[] = [];
  const sink = {
    writable: true,
    write: (bytes: Uint8Array, onTaken: () => void) => {
      written.push(bytes.length);
      steps.push(`${bytes[0] ?? ''}`);
      waiting.push(onTaken);
    },
  };
  let outstanding = 0;
  const writer = new PacedWriter(sink, () => {
    outstanding++;
    return () => outstanding--;
  });
  return { writer, sink, written, steps, take: () => waiting.shift()?.(), outstanding: () => outstanding };
};
const bytes = (kilobytes: number, value = 0) => new Uint8Array(kilobytes * 1024).fill(value);

describe('PacedWriter', () => {
  it('hands over at once what is no larger than 64 KiB', () => {
    const { writer, written, outstanding } = network();
    writer.write(bytes(64));
    writer.write(bytes(1));
    expect([written, writer.waiting, outstanding()]).to.deep.equal([[65_536, 1024], 0, 2]);
  });

  it('hands over what is larger piece by piece, each once the one before was taken', () => {
    const { writer, written, take, outstanding } = network();
    writer.write(bytes(80));
    expect([written, writer.waiting, outstanding()]).to.deep.equal([[32_768], 49_152, 1]);
    take();
    expect([written, writer.waiting, outstanding()]).to.deep.equal([[32_768, 32_768], 16_384, 1]);
    take();
    take();
    expect([written, writer.waiting, outstanding()]).to.deep.equal([[32_768, 32_768, 16_384], 0, 0]);
  });

  it('keeps the order, and does between two writes what comes between them', () => {
    const { writer, steps, take } = network();
    writer.write(bytes(80, 1));
    writer.afterwards(() => steps.push('ping'));
    writer.write(bytes(1, 2));
    for (let n = 0; n < 5; n++) take();
    writer.afterwards(() => steps.push('pong'));
    expect(steps).to.deep.equal(['1', '1', '1', 'ping', '2', 'pong']);
  });

  it('hands everything over where it is told to', () => {
    const { writer, written, steps, take } = network();
    writer.write(bytes(80, 1));
    writer.afterwards(() => steps.push('ping'));
    writer.write(bytes(100, 2));
    writer.flush();
    expect([written.reduce((sum, size) => sum + size), writer.waiting]).to.deep.equal([180 * 1024, 0]);
    expect(steps).to.deep.equal(['1', '1', 'ping', '2']);
    take();
    expect(written).to.have.length(3);
  });

  it('lets go of everything once nothing can be written any more', () => {
    const { writer, sink, written, take } = network();
    writer.write(bytes(80));
    sink.writable = false;
    take();
    expect([written.length, writer.waiting]).to.deep.equal([1, 0]);
  });
});
