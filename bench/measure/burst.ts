import type { Contender } from '../contenders/contender.js';
import type { Figures } from './job.js';

const acked = ({ send }: Contender, n: number): Promise<void> =>
  new Promise((resolve) => {
    send(n, resolve);
  });

/** Sends many messages in one loop on an open link, each observed: the CPU time of this process for each, and acked ones a second. */
export const burst = async (contender: Contender, count: number): Promise<Figures> => {
  contender.connect();
  await acked(contender, 0);
  let left = count;
  let end = (): void => undefined;
  const ended = new Promise<void>((resolve) => (end = resolve));
  const onAck = (): void => {
    if (--left === 0) end();
  };
  const [cpuBefore, before] = [process.cpuUsage(), performance.now()];
  for (let n = 1; n <= count; n++) contender.send(n, onAck);
  await ended;
  const { user, system } = process.cpuUsage(cpuBefore);
  return { 'burst cpu': (user + system) / count, 'burst rate': (count * 1000) / (performance.now() - before) };
};
