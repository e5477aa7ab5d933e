import { expect } from 'chai';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Channel } from '../../lib/server/channel.js';
import { AppendQueue, type WrittenRecord } from '../../lib/server/append-queue.js';
import { fileLog, logInStore } from '../../lib/server/file-log.js';
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
    await rm(directory, { recursive: true });
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
    });
    const positions = await Promise.all([1, 2, 3, 4].map((value) => queue.append({ value, ts: 0 })));
    expect(positions.map((position) => position.offset)).to.deep.equal([1, 2, 3, 4]);
    expect(requests).to.deep.equal([['1'], ['2', '3', '4']]);
    fails = true;
    const failed = await Promise.all([5, 6].map((value) => queue.append({ value, ts: 0 }).catch(() => 'failed')));
    expect(failed).to.deep.equal(['failed', 'failed']);
    fails = false;
    expect((await queue.append({ value: 7, ts: 0 })).offset).to.equal(5);
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
