import type { Contender } from '../contenders/contender.js';
import type { Figures } from './job.js';
import { heapUsed } from './heap.js';

/** Queues messages while offline, then connects: bytes of heap for each, and microseconds for each from the first ack to the last. */
export const queue = async ({ send, connect }: Contender, count: number): Promise<Figures> => {
  const before = heapUsed();
  let [first, last] = [0, 0];
  let end = (): void => undefined;
  const ended = new Promise<void>((resolve) => (end = resolve));
  send(0, () => (first = performance.now()));
  for (let n = 1; n < count - 1; n++) send(n);
  send(count - 1, () => {
    last = performance.now();
    end();
  });
  const heap = (heapUsed() - before) / count;
  connect();
  await ended;
  return { heap, drain: ((last - first) * 1000) / count };
};
