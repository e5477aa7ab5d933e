import type { UnitStatus } from '../../lib/cli/unit/status.js';

/** A status of a unit that is connected; `totals` and what else is given replace parts of it. */
export const unitStatus = (given: Partial<UnitStatus> = {}): UnitStatus => ({
  ...{ version: 1, systemId: 'unit-1', pid: 7, now: '2026-01-02T03:04:05.000Z', uptime: 60_000 },
  state: { state: 'connected', at: '2026-01-02T03:03:35.000Z', url: 'wss://cloud.example/' },
  queue: { size: 3, capacity: 10_000, inFlight: 2, lanes: { urgent: 1, normal: 2, bulk: 0, restored: 0 } },
  totals: { sent: 1200, acked: 1190, nacked: 2, resent: 3, dropped: 0, received: 4 },
  reconnects: { lost: 2, dead: 1 },
  certificates: [{ name: 'certificate', subject: 'unit-1', validTo: '2026-01-07T00:00:00.000Z' }],
  events: [
    { at: '2026-01-02T03:03:30.000Z', level: 'info', text: 'asking service discovery' },
    { at: '2026-01-02T03:03:35.000Z', level: 'info', text: 'connected to wss://cloud.example/' },
  ],
  ...given,
});
