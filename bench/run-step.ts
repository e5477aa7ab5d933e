import { fork } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Figures, Job } from './measure/job.js';
import { runNative } from './native/run.js';
import type { Peers } from './peers.js';
import type { Step } from './plan.js';

/** A step that takes longer than this, in milliseconds, has failed. */
const limit = 90_000;

const run = (job: Job): Promise<Figures> =>
  new Promise((resolve, reject) => {
    const execArgv = ['--expose-gc', '--max-old-space-size=4096', ...process.execArgv];
    const child = fork(new URL('worker.js', import.meta.url), { execArgv, timeout: limit });
    child.once('message', (figures) => {
      resolve(figures as Figures);
    });
    child.once('exit', (code, signal) => {
      reject(new Error(`${job.kind} of ${job.name} ended with ${code ?? signal ?? 'nothing'}`));
    });
    child.send(job);
  });

/** Measures in two fresh processes, of the contender and its peer, so that the contenders do not disturb each other. */
export const runStep = async (step: Step, peers: Peers): Promise<Figures> => {
  const directory = step.name === 'durable' ? await mkdtemp(join(tmpdir(), 'unitlink-bench-')) : undefined;
  const store = directory && join(directory, 'queue');
  const peer = await peers.start(step.name, step.mode);
  try {
    if (step.name === 'poco') return await runNative(step, peer.target);
    return await run({ ...step, target: { ...peer.target, store } });
  } finally {
    peer.stop();
    if (directory !== undefined) await rm(directory, { recursive: true, maxRetries: 5 });
  }
};
