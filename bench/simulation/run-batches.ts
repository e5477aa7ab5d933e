import { once } from 'node:events';
import { availableParallelism } from 'node:os';
import { Worker } from 'node:worker_threads';
import type { Batch, BatchResult } from './batch.js';

/** Options of {@link runBatches}. */
export interface RunBatchesOptions extends Batch {
  /** The compiled module of the worker. */
  readonly worker: URL;
  /** The number of seeds that a worker gets at a time. Default 50. */
  readonly size?: number;
  /** Default: one a core. */
  readonly workers?: number;
  /** Ends all when it is aborted. */
  readonly signal?: AbortSignal;
  /** Called with each result; returning false ends all. */
  readonly onResult: (result: BatchResult) => boolean;
}

/** Runs seeds in worker threads, in batches, until all are run or nobody wants more. */
export const runBatches = async ({
  worker,
  model = 'unit',
  from,
  count,
  size = 50,
  workers = availableParallelism(),
  signal,
  onResult,
}: RunBatchesOptions): Promise<void> => {
  const until = from + count;
  let next = from;
  let goesOn = true;
  const work = async () => {
    const thread = new Worker(worker, { resourceLimits: { maxYoungGenerationSizeMb: 64 } });
    try {
      while (goesOn && next < until) {
        const batch: Batch = { model, from: next, count: Math.min(size, until - next) };
        next += batch.count;
        thread.postMessage(batch);
        const [result] = (await once(thread, 'message', signal && { signal })) as [BatchResult]; // rejects where the thread fails
        goesOn &&= onResult(result);
      }
    } finally {
      await thread.terminate();
    }
  };
  await Promise.all(Array.from({ length: Math.min(workers, Math.ceil(count / size)) }, work));
};
