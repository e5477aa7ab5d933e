import { setImmediate as turn } from 'node:timers/promises';
import { parentPort } from 'node:worker_threads';
import { simulateServer } from '../server-simulation/run.js';
import { simulate } from './index.js';
import type { Batch, BatchResult, Failure } from './batch.js';

Error.stackTraceLimit = 0; // a unit makes many errors, and nobody reads where

const run = async ({ model, from, count }: Batch): Promise<BatchResult> => {
  const failures: Failure[] = [];
  let lasted = 0;
  for (let seed = from; seed < from + count; seed++) {
    const { violation, lasted: virtual } = model === 'server' ? await simulateServer({ seed }) : simulate({ seed });
    lasted += virtual;
    if (violation) failures.push({ seed, violation });
    await turn();
  }
  return { count, lasted, failures };
};

parentPort?.on('message', (batch: Batch) => {
  void run(batch).then((result) => parentPort?.postMessage(result));
});
