import { once } from 'node:events';
import { aos } from '../../lib/operators/backoff.js';
import type { CloudCredentials } from '../../lib/testing/cloud/start-cloud.js';
import { connectUnit } from '../../lib/unit/connect-unit.js';

// A unit with short timeouts that sends 300 messages, one each 10 ms, and tells its parent by IPC when all were
// acknowledged, with the states it went through.
process.once('disconnect', () => process.exit());
const [{ credentials }] = (await once(process, 'message')) as [{ credentials: CloudCredentials }];
const states: string[] = [];
let sent = 0;
const unit = connectUnit({
  ...{ systemId: 'unit-1', credentials, backoff: aos({ initialDelay: 5 }), newId: () => `paced-${++sent}` },
  ...{ ackTimeout: 1000, pongTimeout: 500, stableAfter: 500 },
});
unit.state$.subscribe(({ state }) => states.push(state));
const settled: Promise<string>[] = [];
const timer = setInterval(() => {
  settled.push(unit.send({ messageType: 'alerts', items: [] }).acknowledged.then(({ status }) => status));
  if (settled.length < 300) return;
  clearInterval(timer);
  void Promise.allSettled(settled).then((results) => {
    process.send?.({ states, lost: results.filter(({ status }) => status !== 'fulfilled').length });
  });
}, 10);
