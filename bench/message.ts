import type { UnitData } from 'unitlink';

/** The system id in every message. */
export const systemId = 'bench-unit-1';

/** The data of message number `n`, as an app makes it: fresh objects. */
export const dataOf = (n: number): UnitData => ({
  messageType: 'monitoringData',
  nodes: [
    { nodeId: 'node-main', sample: n, ram: 1_048_576 + (n % 4096), cpu: (n % 100) / 8, download: 52_428_800 + n },
  ],
});

const prefix = '5f0c1a52-8a3e-4d0b-9a4e-';

/** A txn as long as a UUID, without the cost of one. */
export const txnOf = (n: number): string => prefix + String(n).padStart(12, '0');

/** A whole message as a hand-written program makes it, about 300 bytes as JSON. */
export const envelopeOf = (txn: string, data: UnitData): object => ({
  header: { version: 7, systemId, createdAt: new Date().toISOString(), txn },
  data,
});
