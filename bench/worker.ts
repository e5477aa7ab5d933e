import { once } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';
import { load } from './contenders/names.js';
import { burst } from './measure/burst.js';
import { idle } from './measure/idle.js';
import type { Figures, Job } from './measure/job.js';
import { links } from './measure/links.js';
import { queue } from './measure/queue.js';
import { latency, throughput } from './measure/traffic.js';

const measure = async (job: Job): Promise<Figures> => {
  if (job.name === 'poco') throw new Error('the loop in C++ is a program of its own');
  const { create, createIdle } = await load[job.name]();
  if (job.kind === 'idle') return idle(createIdle, job.target.credentials, job.count);
  if (job.kind === 'links') return links(() => create(job.target), job.count);
  const contender = create(job.target);
  if (job.kind === 'queue') return queue(contender, job.count);
  if (job.kind === 'burst') return burst(contender, job.count);
  contender.connect();
  const figures = await throughput(contender, job);
  if (job.latencyLasting === 0) return figures;
  globalThis.gc?.();
  await sleep(100);
  return { ...figures, ...(await latency(contender, job.latencyLasting)) };
};

const [job] = (await once(process, 'message')) as [Job];
process.send?.(await measure(job), () => process.exit());
