import type { UnitData } from 'unitlink';

/** The system id in every message. */
export const systemId = 'bench-unit-1';

const timestamp = '2026-03-02T08:15:30.000000Z';

/** The data of message number `n`, as an app makes it: fresh objects. */
export const dataOf = (n: number): UnitData => ({
  messageType: 'monitoringData',
  nodes: [
    {
      node: { codename: 'gw' },
      items: [{ timestamp, ram: 1_048_576 + (n % 4096), cpu: n % 100, download: 52_428_800 + n, upload: 0 }],
    },
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
