import { setTimeout as sleep } from 'node:timers/promises';
import type { Credentials } from 'unitlink';
import type { ContenderFactory } from '../contenders/contender.js';
import type { Figures } from './job.js';
import { heapUsed } from './heap.js';

/** Many in one process that have nothing to do: KiB of heap for each. */
export const idle = async (
  create: ContenderFactory['createIdle'],
  credentials: Credentials,
  count: number,
): Promise<Figures> => {
  const warm = create(credentials); // whatever is made once and shared
  await sleep(50);
  const before = heapUsed();
  const all = Array.from({ length: count }, () => create(credentials));
  await sleep(100);
  const used = heapUsed() - before;
  return warm === undefined || all.length === 0 ? {} : { idle: used / count / 1024 };
};
