import { setTimeout as sleep } from 'node:timers/promises';
import type { Contender } from '../contenders/contender.js';
import type { Figures } from './job.js';
import { heapUsed } from './heap.js';

/** Connects, and waits for the ack of a message. */
const connected = (contender: Contender, n: number): Promise<void> =>
  new Promise((resolve) => {
    contender.send(n, resolve);
    contender.connect();
  });

/** What a pipeline needs to be taken down after its last message, in milliseconds. */
const rest = 3000;

/** Many in one process with an open link of their own that has nothing to do: KiB of heap for each. */
export const links = async (create: () => Contender, count: number): Promise<Figures> => {
  const all = [create()]; // whatever is made once and shared
  for (const first of all) await connected(first, 0);
  const before = heapUsed();
  for (let n = 1; n <= count; n++) {
    const next = create();
    all.push(next);
    await connected(next, n);
  }
  await sleep(rest);
  const used = heapUsed() - before;
  return { links: used / (all.length - 1) / 1024 };
};
