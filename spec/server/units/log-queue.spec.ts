import { expect } from 'chai';
import type { DashboardLog } from '../../../lib/server/log.js';
import { memoryLog } from '../../../lib/server/memory-log.js';
import type { QueuedMessage } from '../../../lib/server/message-queue.js';
import { openLogQueue } from '../../../lib/server/units/log-queue.js';

describe('openLogQueue', () => {
  const open = (log: DashboardLog) =>
    openLogQueue({
      ...{ log, topic: 'units:a', maxUnhandled: 1 << 20, now: () => 0, failed: () => undefined },
      nameOf: String,
    });
  const noted = async (log: DashboardLog) => (await log.read('units:a:handled')).latest.map(({ value }) => value);
  const handleAll = (queue: { message$: { subscribe: (next: (message: QueuedMessage) => void) => unknown } }) =>
    queue.message$.subscribe(({ done }) => {
      done();
    });

  it('closes once its note of what is handled is in the log, also one that is on its way', async () => {
    const inner = memoryLog();
    let letThrough: () => void = () => undefined;
    const held = new Promise<void>((resolve) => (letThrough = resolve));
    let began: () => void = () => undefined;
    const noting = new Promise<void>((resolve) => (began = resolve));
    const append: DashboardLog['append'] = async (topic, record) => {
      if (topic !== 'units:a:handled') return inner.append(topic, record);
      began();
      await held;
      return inner.append(topic, record);
    };
    const queue = await open({ ...inner, append });
    handleAll(queue);
    await queue.append('m');
    await noting;
    const closing = queue.close();
    letThrough();
    await closing;
    expect(await noted(inner)).to.deep.equal([1]);
  });

  it('notes at its end what an earlier note could not', async () => {
    const inner = memoryLog();
    let failed: () => void = () => undefined;
    const failing = new Promise<void>((resolve) => (failed = resolve));
    let isFull = true;
    const append: DashboardLog['append'] = (topic, record) => {
      if (topic !== 'units:a:handled' || !isFull) return inner.append(topic, record);
      failed();
      return Promise.reject(new Error('the disk is full'));
    };
    const queue = await open({ ...inner, append });
    handleAll(queue);
    await queue.append('m');
    await failing;
    isFull = false;
    await queue.close();
    expect(await noted(inner)).to.deep.equal([1]);
  });

  it('takes no more messages at a time than the log keeps, so that a crash loses none', async () => {
    const log = memoryLog({ keep: 2 });
    const queue = await open(log);
    const taken = await Promise.all(['a', 'b', 'c', 'd'].map((message) => queue.append(message)));
    expect(taken).to.deep.equal([true, true, false, false]);
    const left: unknown[] = [];
    (await open(log)).message$.subscribe(({ value }) => left.push(value));
    expect(left).to.deep.equal(['a', 'b']);
  });
});
