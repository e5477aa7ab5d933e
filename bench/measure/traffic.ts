import { setTimeout as sleep } from 'node:timers/promises';
import type { Contender } from '../contenders/contender.js';
import type { Figures } from './job.js';
import { quantile } from './statistics.js';

/** At most 256 messages are without ack; each part of this many that is acked makes room for the next. */
const part = 64;
const parts = 4;

/** Messages as fast as they are acked: acked ones a second, and the CPU time of this process for each. */
export const throughput = async (
  { send }: Contender,
  { warmUp, lasting }: { readonly warmUp: number; readonly lasting: number },
): Promise<Figures> => {
  let n = 0;
  let acked = 0;
  let underWay = 0;
  let over = false;
  let end = (): void => undefined;
  const ended = new Promise<void>((resolve) => (end = resolve));
  const sendPart = (): void => {
    underWay++;
    for (let i = 1; i < part; i++) send(n++);
    send(n++, () => {
      acked += part;
      underWay--;
      if (!over) sendPart();
      else if (underWay === 0) end();
    });
  };
  for (let i = 0; i < parts; i++) sendPart();
  await sleep(warmUp);
  const [ackedBefore, cpuBefore, before] = [acked, process.cpuUsage(), performance.now()];
  await sleep(lasting);
  const { user, system } = process.cpuUsage(cpuBefore);
  const [count, time] = [acked - ackedBefore, performance.now() - before];
  over = true;
  await ended;
  return { rate: (count * 1000) / time, cpu: (user + system) / count };
};

/** One message each millisecond: the time from `send` to the ack, in milliseconds. */
export const latency = async ({ send }: Contender, lasting: number): Promise<Figures> => {
  const times: number[] = [];
  const begun = performance.now();
  let sent = 0;
  while (sent < lasting) {
    for (const due = Math.min(lasting, performance.now() - begun); sent < due; sent++) {
      const at = performance.now();
      send(10_000_000 + sent, () => {
        times.push(performance.now() - at);
      });
    }
    await sleep(1);
  }
  for (const limit = performance.now() + 5000; times.length < sent && performance.now() < limit;) await sleep(5);
  return { p50: quantile(times, 0.5), p99: quantile(times, 0.99) };
};
