import type { Contender } from '../contenders/contender.js';
import type { Figures } from './job.js';
import { heapUsed } from './heap.js';

/** Queues messages while offline, each observed, then connects: bytes of heap for each, and microseconds for each from the first ack to the last. */
export const queue = async ({ send, connect }: Contender, count: number): Promise<Figures> => {
  const before = heapUsed();
  let [first, last, left] = [0, 0, count];
  let end = (): void => undefined;
  const ended = new Promise<void>((resolve) => (end = resolve));
  const onAck = () => {
    if (left-- === count) first = performance.now();
    if (left > 0) return;
    last = performance.now();
    end();
  };
  for (let n = 0; n < count; n++) send(n, onAck);
  const heap = (heapUsed() - before) / count;
  connect();
  await ended;
  return { heap, drain: ((last - first) * 1000) / count };
};
