import { setTimeout as sleep } from 'node:timers/promises';
import type { Contender } from '../contenders/contender.js';
import type { Figures } from './job.js';
import { median, quantile } from './statistics.js';

/** So many messages are without ack at any time; each that is acked makes room for the next. */
const window = 256;

/** What runs for each message is compiled after so many; the slow ones are given this time, in milliseconds. */
const enoughToCompile = 100_000;
const longestWarmUp = 5000;

/** Messages as fast as they are acked, each observed: acked ones a second, and the CPU time of this process for each. */
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
  const sendNext = (): void => {
    underWay++;
    send(n++, () => {
      acked++;
      underWay--;
      if (!over) sendNext();
      else if (underWay === 0) end();
    });
  };
  for (let i = 0; i < window; i++) sendNext();
  await sleep(warmUp);
  for (const latest = performance.now() + longestWarmUp; acked < enoughToCompile && performance.now() < latest;)
    await sleep(50);
  const [ackedBefore, cpuBefore, before] = [acked, process.cpuUsage(), performance.now()];
  await sleep(lasting);
  const { user, system } = process.cpuUsage(cpuBefore);
  const [count, time] = [acked - ackedBefore, performance.now() - before];
  over = true;
  await ended;
  return { rate: (count * 1000) / time, cpu: (user + system) / count };
};

/** Lone messages, each sent when the one before is acked: what a lone message runs through is compiled after that. */
const settle = async ({ send }: Contender, lasting: number): Promise<void> => {
  const until = performance.now() + lasting;
  for (let n = 20_000_000; performance.now() < until; n++)
    await new Promise<void>((resolve) => {
      send(n, resolve);
    });
};

/** In each slice of so many messages the 99th of 100 counts; the median of the slices forgives the machine a bad moment. */
const slice = 500;

/** One message each millisecond: the time from `send` to the ack, in milliseconds. */
export const latency = async (contender: Contender, lasting: number): Promise<Figures> => {
  await settle(contender, lasting / 2);
  const times: number[] = [];
  const begun = performance.now();
  let sent = 0;
  while (sent < lasting) {
    for (const due = Math.min(lasting, performance.now() - begun); sent < due; sent++) {
      const at = performance.now();
      contender.send(10_000_000 + sent, () => {
        times.push(performance.now() - at);
      });
    }
    await sleep(1);
  }
  for (const limit = performance.now() + 5000; times.length < sent && performance.now() < limit;) await sleep(5);
  const slices = Array.from({ length: Math.ceil(times.length / slice) }, (_, i) =>
    times.slice(i * slice, (i + 1) * slice),
  );
  return { p50: quantile(times, 0.5), p99: median(slices.map((some) => quantile(some, 0.99))) };
};
