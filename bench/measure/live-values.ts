import { resolve } from 'node:path';
import type * as Library from '../../lib/dashboard/index.js';

const [build = '', fold = '', size = ''] = process.argv.slice(2);
const count = Number(size);
const updates = 50_000;
const { connectDashboard, latest, rows, series } = (await import(
  resolve(build, 'lib/dashboard/index.js')
)) as typeof Library;

const at = 1_700_000_000_000;
const row = (index: number, cpu: number) => ({ id: `u-${index}`, site: 's1', state: 'online', cpu, load: cpu / 7 });
const shapes = {
  rows: {
    fold: rows(),
    snapshot: { rows: Array.from({ length: count }, (_, index) => row(index, 0)), total: count },
    update: (n: number) => ({ set: [row((n * 7) % count, n)], remove: [], total: count }),
  },
  series: {
    fold: series({ maxPoints: count }),
    snapshot: { points: Array.from({ length: count }, (_, index) => [at + index, 1]) },
    update: (n: number) => ({ points: [[at + count + n, n]] }),
  },
  latest: { fold: latest(), snapshot: row(0, 0), update: (n: number) => row(0, n) },
};
const shape = shapes[fold as keyof typeof shapes];

const header = { version: 7, clientId: 'c', createdAt: '2026-01-01T00:00:00.000Z', txn: 't' };
const written = (data: object) => JSON.stringify({ header, data });

/** A WebSocket whose server welcomes, answers with a snapshot, and then says what it is told to. */
class Feed implements Library.WebSocketLike {
  static last: Feed | undefined;
  readyState = 0;
  binaryType = '';
  subId = '';
  onopen: ((event: never) => void) | null = null;
  onmessage: ((event: never) => void) | null = null;
  onclose: ((event: never) => void) | null = null;
  onerror: ((event: never) => void) | null = null;

  constructor() {
    Feed.last = this;
    queueMicrotask(() => {
      this.readyState = 1;
      this.onopen?.({} as never);
    });
  }

  hear(data: string): void {
    this.onmessage?.({ data } as never);
  }

  send(text: string): void {
    const { data } = JSON.parse(text) as { data: { messageType: string; subId: string; gen: number } };
    const { messageType, subId, gen } = data;
    const head = { messageType: 'snapshot', subId, gen, epoch: 'e', offset: 0, seq: 0, asOf: at };
    const welcome = { messageType: 'welcome', sessionId: 's', serverId: 'a', heartbeatMs: 600_000 };
    const answer = messageType === 'hello' ? welcome : { ...head, payload: shape.snapshot };
    this.subId = subId;
    if (messageType === 'hello' || messageType === 'subscribe')
      queueMicrotask(() => {
        this.hear(written(answer));
      });
  }

  close(): void {
    this.readyState = 3;
  }
}

const dashboard = connectDashboard({ url: 'ws://localhost/live', WebSocket: Feed });
let shown = 0;
let looked = 0;
const look = ({ value, status }: Library.Live<unknown>) => {
  if (status !== 'fresh') return;
  shown++;
  // What a widget does at the least: it looks at the value.
  const { byId, length } = value as { byId?: ReadonlyMap<string, unknown>; length?: number };
  looked += byId?.size ?? length ?? 1;
};
dashboard
  .watch('units', {}, { fold: shape.fold as Library.Fold<unknown> })
  .subscribe({ next: look, error: console.error });
await new Promise((done) => setTimeout(done, 50));
const feed = Feed.last;
if (!feed || shown !== 1) throw new Error(`${shown} were shown`);
const frames = Array.from({ length: updates }, (_, index) => {
  const seq = index + 1;
  const head = { messageType: 'update', subId: feed.subId, gen: 1, seq, offset: seq, ts: at + seq };
  return written({ ...head, payload: shape.update(seq) });
});
const play = (from: number, to: number): number => {
  const before = process.cpuUsage();
  for (const data of frames.slice(from, to)) feed.hear(data);
  const { user, system } = process.cpuUsage(before);
  return (user + system) / (to - from);
};
play(0, updates / 5); // until it is compiled
console.log(play(updates / 5, updates));
if (shown !== updates + 1 || looked === 0) throw new Error(`${shown} of ${updates + 1} were shown`);
dashboard.stop();
