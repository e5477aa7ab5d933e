import { expect } from 'chai';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Channel } from '../../lib/server/channel.js';
import { AppendQueue, type WrittenRecord } from '../../lib/server/append-queue.js';
import { fileLog, logInStore } from '../../lib/server/file-log.js';
import type { LogPosition } from '../../lib/server/log.js';
import type { MessageQueue, QueuedMessage } from '../../lib/server/message-queue.js';
import { DashboardServerError } from '../../lib/server/server-error.js';
import { openLogQueue } from '../../lib/server/units/log-queue.js';
import { readImage, readStreamEntry } from '../../lib/server/redis-replies.js';
import { memoryLog } from '../../lib/server/memory-log.js';
import { stateTopic } from '../../lib/server/state-topic.js';
import type { Store, StoredMessage } from '../../lib/store/types.js';
import { untilAll } from '../support/until.js';

/** A store that outlives its users, and may refuse to write. */
const storeOf = (kept: Map<number, StoredMessage>, fails = () => false): Store => ({
  open: () => Promise.resolve([...kept.values()].sort((one, other) => one.order - other.order)),
  put: (messages) => {
    if (fails()) return Promise.reject(new Error('disk full'));
    for (const message of messages) kept.set(message.order, message);
    return Promise.resolve();
  },
  remove: (orders) => {
    for (const order of orders) kept.delete(order);
    return Promise.resolve();
  },
  close: () => Promise.resolve(),
});

describe('a log in files', () => {
  it('has after a restart what was appended, in the same epoch', async () => {
    const directory = await mkdtemp(join(tmpdir(), 'unitlink-log-'));
    const first = fileLog(directory);
    await first.append('units', { key: 'u-1', value: { load: 1 }, ts: 1 });
    const position = await first.append('units', { key: 'u-2', value: { load: 2 }, ts: 2 });
    await first.append('cpu', { value: [1, 2], ts: 3 });
    await first.close();
    const second = fileLog(directory);
    expect(await second.position('units')).to.deep.equal(position);
    const image = await second.read('units');
    expect(image.latest.map(({ key, value }) => [key, value])).to.deep.equal([
      ['u-1', { load: 1 }],
      ['u-2', { load: 2 }],
    ]);
    expect((await second.append('units', { key: 'u-1', ts: 4 })).offset).to.equal(3);
    expect((await second.read('cpu')).recent).to.have.length(1);
    await second.close();
    await rm(directory, { recursive: true, maxRetries: 5 });
  });

  it('keeps the newest entry of each key and the last ones, no more', async () => {
    const kept = new Map<number, StoredMessage>();
    const log = logInStore(storeOf(kept), { keep: 10 });
    await log.append('units', { key: 'rare', value: 0, ts: 0 });
    for (let n = 0; n < 200; n++) await log.append('units', { key: `u-${n % 3}`, value: n, ts: n });
    expect(kept.size).to.be.below(10 * 1.1 + 6);
    const { latest, recent } = await logInStore(storeOf(kept), { keep: 10 }).read('units');
    expect(latest.map(({ key, value }) => [key, value]).sort()).to.deep.equal([
      ['rare', 0],
      ['u-0', 198],
      ['u-1', 199],
      ['u-2', 197],
    ]);
    expect(recent.map(({ offset }) => offset)).to.deep.equal([192, 193, 194, 195, 196, 197, 198, 199, 200, 201]);
  });

  it('shows nobody what could not be written, and goes on', async () => {
    let fails = false;
    const log = logInStore(
      storeOf(new Map(), () => fails),
      {},
    );
    const { epoch } = await log.append('units', { value: 1, ts: 1 });
    const seen = untilAll(2, log.watch(new Map([['units', { epoch, offset: 0 }]])));
    fails = true;
    expect(String(await log.append('units', { value: 2, ts: 2 }).catch((error: unknown) => error))).to.include(
      'disk full',
    );
    fails = false;
    await log.append('units', { value: 3, ts: 3 });
    expect((await seen).map(({ value }) => value)).to.deep.equal([1, 3]);
  });

  it('begins a new epoch where entries were lost', async () => {
    const kept = new Map<number, StoredMessage>();
    const { epoch } = await logInStore(storeOf(kept), {}).append('units', { value: 1, ts: 1 });
    expect((await logInStore(storeOf(kept), {}).position('units')).epoch).to.equal(epoch);
    const damaged = { ...storeOf(kept), damage: () => new Error('cut') as never };
    expect((await logInStore(damaged, {}).position('units')).epoch).to.not.equal(epoch);
  });
});

describe('records that are appended together', () => {
  it('go at once if they are alone, and with the next request if one is on its way', async () => {
    const requests: string[][] = [];
    let offset = 0;
    let fails = false;
    const queue = new AppendQueue(async (records: readonly WrittenRecord[]) => {
      requests.push(records.map(({ text }) => text));
      await Promise.resolve();
      if (fails) throw new Error('OOM');
      return { epoch: 'e', offset: (offset += records.length) };
    }, 10_000);
    const positions = await Promise.all([1, 2, 3, 4].map((value) => queue.append({ value, ts: 0 })));
    expect(positions.map((position) => position.offset)).to.deep.equal([1, 2, 3, 4]);
    expect(requests).to.deep.equal([['1'], ['2', '3', '4']]);
    fails = true;
    const failed = await Promise.all([5, 6].map((value) => queue.append({ value, ts: 0 }).catch(() => 'failed')));
    expect(failed).to.deep.equal(['failed', 'failed']);
    fails = false;
    expect((await queue.append({ value: 7, ts: 0 })).offset).to.equal(5);
  });

  it('are refused where too much waits for the log, and taken again once it answers', async () => {
    const answers: ((position: LogPosition) => void)[] = [];
    const queue = new AppendQueue(() => new Promise((resolve) => answers.push(resolve)), 1000);
    const value = 'x'.repeat(298);
    const outcomes = [1, 2, 3].map(() => queue.append({ value, ts: 0 }).catch((error: unknown) => error));
    expect(await outcomes[2])
      .to.be.instanceOf(DashboardServerError)
      .with.property('waiting', 800);
    answers[0]?.({ epoch: 'e', offset: 1 });
    expect(await outcomes[0]).to.deep.equal({ epoch: 'e', offset: 1 });
    const again = queue.append({ value, ts: 0 });
    answers[1]?.({ epoch: 'e', offset: 2 });
    await outcomes[1];
    answers[2]?.({ epoch: 'e', offset: 3 });
    expect((await again).offset).to.equal(3);
  });

  it('are taken one at a time, however large they are', async () => {
    const queue = new AppendQueue(() => Promise.resolve({ epoch: 'e', offset: 1 }), 10);
    expect((await queue.append({ value: 'x'.repeat(5000), ts: 0 })).offset).to.equal(1);
  });
});

describe('the bytes of a log', () => {
  const value = 'x'.repeat(1000);

  it('are bounded in memory: the oldest entries go, but for the newest of each key', async () => {
    const log = memoryLog({ maxBytes: 10_000 });
    await log.append('units', { key: 'rare', value: 1, ts: 0 });
    for (let n = 0; n < 50; n++) {
      await log.append('units', { key: 'often', value, ts: n });
      expect(JSON.stringify((await log.read('units')).recent).length).to.be.below(11_000);
    }
    const { latest, recent } = await log.read('units');
    expect(latest.map(({ key, offset }) => [key, offset])).to.deep.equal([
      ['rare', 1],
      ['often', 51],
    ]);
    expect(recent.length).to.be.within(7, 10);
    await log.append('units', { value: 'x'.repeat(20_000), ts: 0 });
    expect((await log.read('units')).recent.map(({ offset }) => offset)).to.deep.equal([52]);
  });

  it('are bounded in files, also after a restart', async () => {
    const kept = new Map<number, StoredMessage>();
    const bytes = (): number => [...kept.values()].reduce((sum, { frame }) => sum + frame.length, 0);
    const log = logInStore(storeOf(kept), { maxBytes: 10_000 });
    for (let n = 0; n < 50; n++) await log.append('cpu', { value, ts: n });
    expect(bytes()).to.be.within(7000, 10_500);
    const again = logInStore(storeOf(kept), { maxBytes: 10_000 });
    for (let n = 0; n < 50; n++) await again.append('cpu', { value, ts: n });
    expect(bytes()).to.be.within(7000, 10_500);
    expect((await again.position('cpu')).offset).to.equal(100);
  });

  it('never cost a message of a unit that is not handled: further ones are refused', async () => {
    const kept = new Map<number, StoredMessage>();
    const open = (): Promise<MessageQueue> =>
      openLogQueue({
        ...{ log: logInStore(storeOf(kept), { maxBytes: 20_000 }), topic: 'inbox', maxUnhandled: 1 << 20 },
        ...{ now: () => 0, failed: () => undefined, nameOf: (named) => (named as { readonly txn: string }).txn },
      });
    const queue = await open();
    const messages: QueuedMessage[] = [];
    queue.message$.subscribe((message) => messages.push(message));
    let taken = 0;
    // All but the first are handled at once.
    while (taken < 100 && (await queue.append({ txn: String(taken), value }))) {
      if (taken > 0) messages[taken]?.done();
      taken++;
    }
    expect(taken).to.be.within(10, 20);
    const txns: string[] = [];
    (await open()).message$.subscribe(({ value: found }) => txns.push((found as { readonly txn: string }).txn));
    expect(txns).to.include('0');
    messages[0]?.done();
    expect(await queue.append({ txn: 'next', value })).to.equal(true);
    await queue.close();
  });
});

describe('an entry of the log that cannot be read', () => {
  it('is passed over: its topic goes on after it', () => {
    const entry = readStreamEntry('units', ['7-0', ['ts', '1', 'key', 'u-1', 'value', '{"load":']]);
    expect(entry).to.deep.equal({ topic: 'units', offset: 7, ts: 1, key: 'u-1', unreadable: true });
    const image = readImage('units', [
      'e',
      7,
      ['u-1', '7 1 {"load":'],
      [['7-0', ['ts', '1', 'key', '', 'value', '{']]],
    ]);
    expect(image).to.deep.include({ offset: 7, latest: [], recent: [] });
    const channel = new Channel('units', stateTopic(), memoryLog(), () => 0);
    channel.load({ epoch: 'e', offset: 6, latest: [], recent: [] });
    expect(() => {
      channel.apply(entry);
    }).to.throw('entry 7 of units');
    expect(channel.offset).to.equal(7);
  });
});
