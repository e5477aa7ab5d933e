import { expect } from 'chai';
import {
  asyncScheduler,
  concat,
  EMPTY,
  map,
  merge,
  mergeMap,
  NEVER,
  of,
  Subject,
  switchMap,
  tap,
  throwError,
  timer,
  type Observable,
} from 'rxjs';
import { TestScheduler } from 'rxjs/testing';
import {
  ConnectionClosedError,
  ConnectionLostError,
  UndeliverableError,
  type UnitlinkError,
} from '../../lib/errors.js';
import { Suspicion } from '../../lib/operators/suspicion.js';
import type { DeliveryReport } from '../../lib/delivery/outgoing-message.js';
import type { AnyStore, StoredMessage } from '../../lib/store/types.js';
import { ack, type CloudFrame, type Received } from '../../lib/testing/virtual/cloud.js';
import { virtualUnit, type VirtualUnitOptions } from '../../lib/testing/virtual/unit.js';
import { alert, textOf } from '../support/alerts.js';

const url = 'wss://cloud.example/ws/v7/';
const close = (code: number) => new ConnectionClosedError(url, code, '');
const reset = new ConnectionLostError(url, 'ECONNRESET');
/** Keeps messages like a store on disk, and answers at once. */
const keeping = (): AnyStore => {
  const kept = new Map<number, StoredMessage>();
  return {
    open: () => of([...kept.values()]),
    put: (messages) => {
      for (const message of messages) kept.set(message.order, message);
      return EMPTY;
    },
    remove: (orders) => {
      for (const order of orders) kept.delete(order);
      return EMPTY;
    },
    close: () => EMPTY,
  };
};

/** How a link to the cloud ends that ends on a message, and how much later. */
interface Rule {
  readonly isPoison: (received: Received) => boolean;
  readonly end: UnitlinkError;
  /** One figure, or one for each end. */
  readonly late?: number | readonly number[];
  readonly latency?: number;
}

/** A cloud that acks everything but what it ends the link on. */
const world = ({ isPoison, end, late = 0, latency = 5 }: Rule, options: VirtualUnitOptions = {}) => {
  const end$ = new Subject<UnitlinkError>();
  const ends: number[] = [];
  const virtual = virtualUnit(
    asyncScheduler,
    {
      link$: concat(of('open'), end$.pipe(mergeMap((error) => throwError(() => error)))),
      answer: (received$) => {
        let isOver = false;
        return received$.pipe(
          mergeMap((received): Observable<CloudFrame> => {
            if (isOver) return EMPTY;
            if (!isPoison(received)) return timer(latency).pipe(map(() => ack(received.header.txn)));
            const wait = typeof late === 'number' ? late : (late[ends.length] ?? 0);
            isOver = wait === 0;
            return timer(wait + latency).pipe(
              tap(() => {
                ends.push(asyncScheduler.now());
                end$.next(end);
              }),
              switchMap(() => NEVER),
            );
          }),
        );
      },
    },
    { lifetime: 600_000, ...options },
  );
  return { ...virtual, end$, ends };
};
/** Plays on virtual time. */
const play = (work: () => void) => {
  new TestScheduler(() => undefined).run(({ flush }) => {
    work();
    flush();
  });
};
/** The last report of each message, and when it came. */
const following = () => {
  const fates = new Map<string, DeliveryReport & { readonly at: number }>();
  return {
    fates,
    follow: ({ status$ }: { readonly status$: Observable<DeliveryReport> }) => {
      status$.subscribe((report) => fates.set(report.txn, { ...report, at: asyncScheduler.now() }));
    },
  };
};
const isPoison = (received: Received) => textOf(received).startsWith('poison');

describe('a message that the cloud ends the link on', () => {
  const codes = [1000, 1001, 1008, 1011, 1012, 1013, 4000];
  for (const end of [...codes.map(close), reset, new ConnectionLostError(url, 1006)])
    for (const late of [0, 500])
      it(`is dropped after four transmissions (${end.message}, ${late} ms late); others get through`, () => {
        const { fates, follow } = following();
        play(() => {
          const { unit } = world({ isPoison, end, late });
          follow(unit.send(alert('poison')));
          for (let n = 0; n < 20; n++) follow(unit.send(alert(`${n}`)));
        });
        const [poison, ...others] = [...fates.values()];
        expect(poison).to.include({ status: 'dropped', attempt: 4 });
        expect(poison?.cause).to.be.an.instanceof(UndeliverableError).and.include({ cause: end, attempt: 4 });
        expect(others.map(({ status }) => status)).to.deep.equal(Array(20).fill('acknowledged'));
        expect(Math.max(...others.map(({ at }) => at))).to.be.at.most(30_000);
      });

  for (const late of [
    [5, 5, 50, 50],
    [45, 45, 115, 145],
    [395, 95, 695, 695],
  ])
    it(`is dropped after four transmissions, though the ends take longer later on (${late.join()} ms)`, () => {
      const { fates, follow } = following();
      play(() => {
        const { unit } = world({ isPoison, end: close(1008), late });
        follow(unit.send(alert('poison')));
      });
      expect([...fates.values()].map(({ status, attempt }) => [status, attempt])).to.deep.equal([['dropped', 4]]);
    });

  it('keeps others waiting no longer than until its ack, which may come over a later link', () => {
    const { fates, follow } = following();
    const end$ = new Subject<UnitlinkError>();
    let first: string | undefined;
    let links = 0;
    play(() => {
      const { unit } = virtualUnit(
        asyncScheduler,
        {
          link$: concat(of('open'), end$.pipe(mergeMap((error) => throwError(() => error)))),
          answer: (received$) => {
            if (++links > 2)
              return merge(
                timer(50).pipe(map(() => ack(first ?? ''))),
                received$.pipe(map(({ header }) => ack(header.txn))),
              );
            return received$.pipe(
              tap(({ header }) => (first ??= header.txn)),
              switchMap(() => timer(400)),
              tap(() => {
                end$.next(reset);
              }),
              switchMap(() => NEVER),
            );
          },
        },
        { lifetime: 60_000 },
      );
      follow(unit.send(alert('suspect')));
      asyncScheduler.schedule(() => {
        follow(unit.send(alert('other'), { lane: 'bulk' }));
      }, 600);
    });
    const [suspect, other] = [...fates.values()];
    expect([suspect?.status, other?.status]).to.deep.equal(['acknowledged', 'acknowledged']);
    expect((other?.at ?? Infinity) - (suspect?.at ?? 0)).to.be.at.most(100);
  });

  it('is not taken for the culprit at an end long after it was sent alone, once it was sent again', () => {
    const suspicion = new Suspicion(5000);
    const message = { txn: '1', size: 100, transmissions: 3 };
    suspicion.sendAlone(message, 10_000);
    suspicion.survive(message, false);
    suspicion.judge({ kind: 'lost', message, since: 10, among: [message] }, reset);
    expect(suspicion.isCulprit(message)).to.equal(false);
  });

  it('is dropped too where there is nothing else to send', () => {
    const { fates, follow } = following();
    play(() => {
      follow(world({ isPoison, end: close(1008) }).unit.send(alert('poison')));
    });
    expect([...fates.values()].map(({ status, attempt }) => [status, attempt])).to.deep.equal([['dropped', 4]]);
  });

  for (const late of [0, 500])
    it(`is dropped at once at a 1009, if it is the largest (${late} ms late)`, () => {
      const { fates, follow } = following();
      play(() => {
        const { unit } = world({ isPoison, end: close(1009), late });
        follow(unit.send(alert('1')));
        follow(unit.send(alert(`poison ${'x'.repeat(5000)}`)));
        follow(unit.send(alert(`2 ${'x'.repeat(1000)}`)));
      });
      const statuses = [...fates.values()].map(({ status, attempt }) => [status, attempt]);
      expect(statuses.map(([status]) => status)).to.deep.equal(['acknowledged', 'dropped', 'acknowledged']);
      expect(statuses[1]).to.deep.equal(['dropped', 1]);
    });

  it('is found at a 1009 by itself where a larger one was written that expects no ack', () => {
    const { fates, follow } = following();
    play(() => {
      const { unit } = world({ isPoison: (received) => textOf(received).length > 2000, end: close(1009) });
      follow(unit.send(alert('1')));
      unit.send(alert('x'.repeat(5000)), { policy: 'sendOnly' });
      follow(unit.send(alert('2')));
    });
    expect([...fates.values()].map(({ status }) => status)).to.deep.equal(['acknowledged', 'acknowledged']);
  });

  for (const maxInFlight of [1, 4, 256])
    it(`is found among several, in any lane, with a maxInFlight of ${maxInFlight}`, () => {
      const { fates, follow } = following();
      play(() => {
        const { unit } = world({ isPoison, end: close(1008) }, { maxInFlight });
        for (let n = 0; n < 30; n++) {
          const lane = (['urgent', 'normal', 'bulk'] as const)[n % 3] ?? 'normal';
          follow(unit.send(alert(n % 10 === 4 ? 'poison' : 'fine'), { lane }));
        }
      });
      const statuses = [...fates.values()].map(({ status }) => status);
      expect(statuses).to.deep.equal(Array.from({ length: 30 }, (_, n) => (n % 10 === 4 ? 'dropped' : 'acknowledged')));
      const others = [...fates.values()].filter(({ status }) => status === 'acknowledged');
      expect(Math.max(...others.map(({ at }) => at))).to.be.at.most(30_000);
    });

  it('is found again after a restart with a store', () => {
    const { fates, follow } = following();
    const store = keeping();
    play(() => {
      const { unit } = world({ isPoison, end: close(1011) }, { store, lifetime: 1500 });
      unit.send(alert('poison'));
      for (let n = 0; n < 10; n++) unit.send(alert(`${n}`));
      asyncScheduler.schedule(() => {
        const { unit: next } = world({ isPoison, end: close(1011) }, { store, newId: () => 'new' });
        next.restored$.subscribe((deliveries) => {
          for (const delivery of deliveries) follow(delivery);
        });
        follow(next.send(alert('new')));
      }, 5000);
    });
    const [poison, ...others] = [...fates.values()];
    expect(poison).to.include({ status: 'dropped', attempt: 4 });
    expect(others.every(({ status, at }) => status === 'acknowledged' && at <= 35_000)).to.equal(true);
  });

  it('is dropped while other messages come all the time', () => {
    const { fates, follow } = following();
    play(() => {
      const { unit } = world({ isPoison, end: close(1008), latency: 30 });
      follow(unit.send(alert('poison')));
      for (let at = 0; at < 60_000; at += 23)
        asyncScheduler.schedule(() => {
          follow(unit.send(alert('fine')));
        }, at);
    });
    const [poison, ...others] = [...fates.values()];
    expect(poison).to.include({ status: 'dropped', attempt: 4 });
    expect(others.every(({ status }) => status === 'acknowledged')).to.equal(true);
  });

  it('does not take all others with it where the cloud ends the link on every message for ten minutes', () => {
    const { fates, follow } = following();
    play(() => {
      const { unit } = world(
        { isPoison: () => asyncScheduler.now() < 600_000, end: close(1011) },
        { lifetime: 3_600_000 },
      );
      for (let n = 0; n < 100; n++) follow(unit.send(alert(`${n}`)));
    });
    const dropped = [...fates.values()].filter(({ status }) => status === 'dropped');
    expect(fates.size).to.equal(100);
    expect(dropped.length).to.be.at.most(8);
    expect([...fates.values()].filter(({ status }) => status === 'acknowledged')).to.have.length(100 - dropped.length);
  });
});
