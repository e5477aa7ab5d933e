import type { UnitData } from 'unitlink';
import { decoder, encoder } from '../../lib/protocol/codec.js';
import { wireFormOf } from '../../lib/protocol/wire-form.js';
import { systemId } from '../message.js';
import { median } from './statistics.js';

/** What a message costs, beside `JSON.parse` of the same bytes in the same turn. */
export interface MessageCost {
  readonly title: string;
  readonly bytes: number;
  /** In microseconds, the median of the turns. */
  readonly takes: number;
  /** How many times `JSON.parse`, the median of the turns. */
  readonly ratio: number;
  /** The most microseconds it may take, where there is such a bound. */
  readonly atMost?: number;
}

const turns = 15;
/** How long a turn of each of the two takes, in milliseconds. */
const turnTime = 20;

/** Microseconds a call, of as many calls as fit in a turn. */
const timed = (work: () => unknown): number => {
  const start = performance.now();
  let calls = 0;
  let now = start;
  for (; now - start < turnTime; now = performance.now()) for (let n = 0; n < 16; n++, calls++) work();
  return ((now - start) * 1000) / calls;
};

const cost = (title: string, text: string, work: () => unknown, atMost?: number): MessageCost => {
  const parse = (): unknown => JSON.parse(text);
  timed(work);
  timed(parse);
  const pairs = Array.from({ length: turns }, () => [timed(work), timed(parse)] as const);
  return {
    title,
    bytes: Buffer.byteLength(text),
    takes: median(pairs.map(([takes]) => takes)),
    ratio: median(pairs.map(([takes, parsing]) => takes / parsing)),
    ...(atMost === undefined ? {} : { atMost }),
  };
};

const sample = (n: number) => ({
  timestamp: '2026-03-02T08:15:00.000000Z',
  ram: 734_003_200 + n,
  cpu: 1820,
  download: 51_200,
  upload: 9216,
});
const samples = (nodes: number, each: number): UnitData => ({
  messageType: 'monitoringData',
  nodes: Array.from({ length: nodes }, (_, node) => ({
    node: { codename: `node-${node}` },
    items: Array.from({ length: each }, (__, n) => sample(n)),
  })),
});
const alert: UnitData = {
  messageType: 'alerts',
  items: [
    {
      timestamp: '2026-03-02T08:15:30.000000Z',
      tag: 'updateItemInstanceAlert',
      item: { id: '0b7d1c1e-5a4f-4c53-9d8f-2e0f6c1a9b10' },
      subject: { id: '8a2f4b6e-1c3d-4e5f-8a9b-0c1d2e3f4a5b' },
      instance: 1,
      version: '1.4.1',
      message: 'panic in the main loop, started again',
    },
  ],
};
const wish = (instances: number): object => ({
  messageType: 'desiredStatus',
  instances: Array.from({ length: instances }, (_, n) => ({
    item: { id: `0b7d1c1e-5a4f-4c53-9d8f-${String(n).padStart(12, '0')}` },
    subject: { id: '8a2f4b6e-1c3d-4e5f-8a9b-0c1d2e3f4a5b' },
    priority: n,
    numInstances: 2,
    labels: ['edge'],
  })),
});

const checked = (title: string, data: UnitData, atMost?: number): MessageCost => {
  const isInWireForm = wireFormOf(data.messageType);
  return cost(title, JSON.stringify(data), () => isInWireForm?.(data), atMost);
};
const written = (title: string, data: UnitData): MessageCost => {
  const encode = encoder(systemId);
  const header = { txn: '5f0c1a52-8a3e-4d0b-9a4e-000000000000', createdAt: 0 };
  return cost(title, encode(data, header), () => encode(data, header));
};
const read = (instances: number, atMost?: number): MessageCost => {
  const text = JSON.stringify({ header: { version: 7, systemId, txn: 't' }, data: wish(instances) });
  const frame = Buffer.from(text);
  const decode = decoder(systemId);
  return cost(`read a desiredStatus, instances: ${instances}`, text, () => decode(frame), atMost);
};

/** What it costs to check, to write and to read messages. */
export const messageCosts = (): readonly MessageCost[] => [
  checked('check an alert', alert, 3),
  checked('check 2 samples', samples(1, 2), 3),
  checked('check 160 samples', samples(10, 16)),
  written('check and write an alert', alert),
  written('check and write 2 samples', samples(1, 2)),
  read(1),
  read(256, 2000),
];
