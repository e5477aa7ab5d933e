import { register } from 'node:module';
import { expect } from 'chai';
import { asapScheduler, filter, map, merge, NEVER, of, timer, type Observable } from 'rxjs';
import { TestScheduler } from 'rxjs/testing';
import * as operators from '../lib/operators/index.js';
import type { Received } from '../lib/testing/virtual/cloud.js';
import type { virtualUnit } from '../lib/testing/virtual/unit.js';

register('./support/without-operator.js', import.meta.url);

/** The exports that are no operators: rules that are passed to one. */
const rules = ['aos', 'fleet'];
const names = Object.keys(operators).filter((name) => !rules.includes(name));

const final = new Set(['acknowledged', 'dropped']);
const alerts = { messageType: 'alerts', items: [] } as const;
const identities = (scheduler: TestScheduler) => {
  const before = { ca: '', cert: 'before', key: '' };
  return merge(of(before), timer(1000, scheduler).pipe(map(() => ({ ...before, cert: 'after' }))), NEVER);
};

/** Nacks the first message once, and acknowledges every other one. */
const answer = (received$: Observable<Received>) => {
  let isFirst = true;
  return received$.pipe(
    map(({ header: { txn } }) => {
      const data = isFirst ? { messageType: 'nack', retryAfter: 50 } : { messageType: 'ack' };
      isFirst = false;
      return { txn, data };
    }),
  );
};

const expected = [
  'state discovering',
  'state connecting',
  'state connected',
  'received txn-1',
  'received txn-2',
  'txn-2 acknowledged',
  'handled twice',
  'received txn-1',
  'txn-1 acknowledged',
  'state connected',
  'state stopped',
];

/** A minute of a unit: two messages, one of the cloud that comes twice, and a certificate that is renewed. */
const minute = async (without?: string): Promise<readonly string[]> => {
  const suffix = without === undefined ? '' : `?without=${without}`;
  const virtual = (await import(`../lib/testing/virtual/unit.js${suffix}`)) as { virtualUnit: typeof virtualUnit };
  const log: string[] = [];
  const scheduler = new TestScheduler(() => undefined);
  const error = (thrown: unknown) => log.push(`failed: ${String(thrown)}`);
  const record = (what: string, value$: Observable<unknown>) =>
    value$.subscribe({ next: (value) => log.push(`${what} ${String(value)}`), error });

  scheduler.run(({ cold, flush }) => {
    const fromCloud = { txn: 'twice', data: { messageType: 'desiredStatus' } };
    const link$ = cold('o');
    const frame$ = cold('10ms m 9ms m', { m: fromCloud });
    const options = { lifetime: 60_000, makeBeforeBreak: true, credentials: identities(scheduler) };
    const { unit, received$ } = virtual.virtualUnit(scheduler, { link$, frame$, answer }, options);
    record('state', unit.state$.pipe(map(({ state }) => state)));
    record('failure', unit.failure$);
    record('received', received$.pipe(map(({ header }) => header.txn)));
    unit.handle('desiredStatus', ({ header }) => {
      log.push(`handled ${header.txn}`);
    });
    for (const { txn, status$ } of [unit.send(alerts), unit.send(alerts, { ttl: 30_000 })])
      record(
        txn,
        status$.pipe(
          map(({ status }) => status),
          filter((status) => final.has(status)),
        ),
      );
    flush();
  });
  return log;
};

describe('the operators that are exported', () => {
  it('are all in use in a unit that lives for a minute', async () => {
    expect(await minute()).to.deep.equal(expected);
    expect(await minute('nothing'), 'in a copy').to.deep.equal(expected);
  });

  for (const name of names)
    it(`include ${name}, without which a unit fails`, async () => {
      const log = await minute(name).catch((error: unknown) => [String(error)]);
      // What failed in virtual time left work to a tick that never comes, and later specs would wait behind it.
      try {
        asapScheduler.flush();
      } catch {
        // It fails as well.
      }
      expect(log).not.to.deep.equal(expected);
    });
});
