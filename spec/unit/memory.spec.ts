import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { expect } from 'chai';
import { concat, defer, map, mergeMap, NEVER, throwError, timer, VirtualTimeScheduler } from 'rxjs';
import type { Delivery } from '../../lib/delivery/outgoing-message.js';
import type { SendOptions } from '../../lib/delivery/send-options.js';
import type { UnitData } from '../../lib/protocol/envelope.js';
import { virtualUnit } from '../../lib/testing/virtual/unit.js';

const alerts: UnitData = { messageType: 'alerts', items: [] };

describe('the memory of a unit', () => {
  it('has nothing of a message that was dropped, whatever for and wherever it waited', async () => {
    setFlagsFromString('--expose-gc');
    const collect = runInNewContext('gc') as () => void;
    const clock = new VirtualTimeScheduler(undefined, 0);
    const until = async (time: number) => {
      for (; clock.maxFrames <= time; clock.maxFrames += 1000) {
        clock.flush();
        await new Promise(setImmediate);
      }
    };
    // The first link is lost after two seconds, and the next opens after half a minute.
    let links = 0;
    const opened$ = timer(100, clock).pipe(map(() => 'o'));
    const lost$ = timer(2000, clock).pipe(mergeMap(() => throwError(() => new Error('reset'))));
    const link$ = defer(() => (++links === 1 ? concat(opened$, lost$) : concat(timer(30_000, clock), NEVER)));
    const { unit } = virtualUnit(
      clock,
      { link$, answer: () => NEVER },
      { connectTimeout: 60_000, lifetime: 3_600_000 },
    );
    const withdrawing = new AbortController();
    const gone: Record<string, WeakRef<Delivery>> = {};
    const send = (name: string, options: SendOptions) => {
      gone[name] = new WeakRef(unit.send(alerts, options));
    };
    send('expired on its way to be resent', { ttl: 10_000 });
    await until(5000);
    send('expired', { ttl: 5000, coalesceKey: 'another' });
    send('withdrawn', { signal: withdrawing.signal });
    send('replaced', { coalesceKey: 'state' });
    unit.send(alerts, { coalesceKey: 'state' });
    withdrawing.abort();
    await until(50_000);
    collect();
    const left = Object.entries(gone).filter(([, message]) => message.deref() !== undefined);
    expect(left.map(([name]) => name)).to.deep.equal([]);
    await unit.stop();
  });
});
