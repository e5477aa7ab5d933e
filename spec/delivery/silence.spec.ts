import { expect } from 'chai';
import { asyncScheduler, EMPTY, filter, map, mergeMap, tap, timer, type Observable } from 'rxjs';
import { TestScheduler } from 'rxjs/testing';
import { DeadLinkError, UndeliverableError } from '../../lib/errors.js';
import { Suspicion } from '../../lib/operators/suspicion.js';
import type { DeliveryReport } from '../../lib/delivery/outgoing-message.js';
import { noDiagnostics } from '../../lib/observability/diagnostics.js';
import { ack, type CloudFrame, type Received } from '../../lib/testing/virtual/cloud.js';
import { virtualTransport } from '../../lib/testing/virtual/transport.js';
import { connectUnit } from '../../lib/unit/connect-unit.js';
import type { UnitOptions } from '../../lib/unit/options.js';
import { alert, textOf } from '../support/alerts.js';

const isPoison = (received: Received) => textOf(received).startsWith('poison');

/** A cloud that keeps the link but takes, answers and acks nothing more, once it has read a certain message, or by itself. */
interface Rule {
  readonly isPoison?: (received: Received) => boolean;
  /** How long after its opening a link falls silent by itself, in milliseconds. */
  readonly silentAfter?: () => number;
  readonly latency?: number;
}

const world = (
  { isPoison: isFatal = () => false, silentAfter = () => Infinity, latency = 5 }: Rule,
  { lifetime = 600_000, ...options }: Partial<UnitOptions> & { readonly lifetime?: number } = {},
) => {
  let isDeaf = false;
  let links = 0;
  let txn = 0;
  const answer = (received$: Observable<Received>): Observable<CloudFrame> =>
    received$.pipe(
      filter(() => !isDeaf),
      tap((received) => (isDeaf = isFatal(received))),
      mergeMap(({ header }) => (isDeaf ? EMPTY : timer(latency).pipe(map(() => ack(header.txn))))),
      filter(() => !isDeaf),
    );
  const virtual = virtualTransport({ answer }, { systemId: 'unit-1', onReceived: () => undefined });
  const unit = connectUnit({
    systemId: 'unit-1',
    credentials: { ca: '', cert: '', key: '' },
    scheduler: asyncScheduler,
    now: () => asyncScheduler.now(),
    newId: () => `txn-${++txn}`,
    random: () => 0.5,
    diagnostics: noDiagnostics,
    ...options,
    transport: {
      ...virtual,
      openSocket: (socketRequest) =>
        virtual.openSocket(socketRequest).pipe(
          map((socket) => {
            isDeaf = false;
            const link = ++links;
            const after = silentAfter();
            if (after < Infinity)
              asyncScheduler.schedule(() => {
                if (link === links) isDeaf = true;
              }, after);
            return {
              ...socket,
              activity$: socket.activity$.pipe(filter(() => !isDeaf)),
              ping: () => {
                if (!isDeaf) asyncScheduler.schedule(socket.ping, latency);
              },
            };
          }),
        ),
    },
  });
  asyncScheduler.schedule(() => void unit.stop(), lifetime);
  return { unit, links: () => links };
};
/** Plays on virtual time. */
const play = (work: () => void) => {
  new TestScheduler(() => undefined).run(({ flush }) => {
    work();
    flush();
  });
};
/** The last report of each message but that of the stop, and when it came. */
const following = (lifetime = 600_000) => {
  const reports = new Map<string, DeliveryReport & { readonly at: number }>();
  return {
    reports,
    follow: ({ status$ }: { readonly status$: Observable<DeliveryReport> }) => {
      status$.subscribe((report) => {
        const at = asyncScheduler.now();
        if (at < lifetime) reports.set(report.txn, { ...report, at });
      });
    },
  };
};

describe('a message on which the cloud falls silent', () => {
  for (const maxInFlight of [1, 4, 256])
    for (const place of [0, 7])
      it(`is dropped after six transmissions, and the others get through (${maxInFlight} in flight, number ${place})`, () => {
        const { reports, follow } = following();
        play(() => {
          const { unit } = world({ isPoison }, { maxInFlight });
          for (let n = 0; n < 20; n++) follow(unit.send(alert(n === place ? 'poison' : `${n}`)));
          for (let n = 0; n < 60; n++)
            asyncScheduler.schedule(() => {
              follow(unit.send(alert(`later ${n}`)));
            }, 5000 * n);
        });
        const poison = reports.get(`txn-${place + 1}`);
        expect(poison).to.include({ status: 'dropped' });
        expect(poison?.attempt).to.be.at.most(6);
        expect(poison?.cause).to.be.an.instanceof(UndeliverableError);
        expect((poison?.cause as Error).cause).to.be.an.instanceof(DeadLinkError);
        const others = [...reports.values()].filter((report) => report !== poison);
        expect(others.length).to.equal(79);
        expect(others.every(({ status }) => status === 'acknowledged')).to.equal(true);
        const first = others.slice(0, 19).map(({ at }) => at);
        expect(Math.max(...first)).to.be.at.most(60_000);
      });

  it('goes last and alone, and is not dropped, where no other message shows that the cloud is well', () => {
    const { reports, follow } = following();
    let links = 0;
    play(() => {
      const virtual = world({ isPoison });
      follow(virtual.unit.send(alert('poison')));
      asyncScheduler.schedule(() => {
        follow(virtual.unit.send(alert('other')));
        links = virtual.links();
      }, 300_000);
    });
    const [poison, other] = [...reports.values()];
    expect(other).to.include({ status: 'acknowledged' });
    expect(other?.at).to.be.at.most(320_000);
    expect(poison?.status).not.to.equal('dropped');
    expect(links).to.be.at.most(21);
  });

  it('is dropped by nobody where the cloud is deaf for every message', () => {
    const { reports, follow } = following();
    play(() => {
      const { unit } = world({ isPoison: () => asyncScheduler.now() < 300_000 });
      for (let n = 0; n < 10; n++) follow(unit.send(alert(`${n}`)));
    });
    const statuses = [...reports.values()].map(({ status }) => status);
    expect(statuses).to.deep.equal(Array(10).fill('acknowledged'));
  });

  it('is not seen in a thousand links that fall silent by themselves: nothing is dropped, and no retry is lost', () => {
    const lifetime = 21_000_000;
    const { reports, follow } = following(lifetime);
    const retries: unknown[] = [];
    let links = 0;
    let seed = 1;
    const random = () => (seed = (seed * 48_271) % 2_147_483_647) / 2_147_483_647;
    play(() => {
      const virtual = world(
        { silentAfter: () => (asyncScheduler.now() > lifetime - 300_000 ? Infinity : random() * 4000), latency: 50 },
        { lifetime },
      );
      for (let at = 0; at < lifetime - 600_000; at += 20_000)
        asyncScheduler.schedule(() => {
          for (let n = 0; n < 3; n++) {
            const delivery = virtual.unit.send(alert(`${at} ${n}`));
            follow(delivery);
            delivery.status$.subscribe(({ cause }) => {
              if (cause !== undefined && !(cause instanceof DeadLinkError)) retries.push(cause);
            });
          }
        }, at);
      asyncScheduler.schedule(() => (links = virtual.links()), lifetime - 1);
    });
    expect(links).to.be.at.least(1000);
    expect(new Set([...reports.values()].map(({ status }) => status))).to.deep.equal(new Set(['acknowledged']));
    expect(retries.filter((cause) => (cause as Error).name !== 'UnstableConnectionError')).to.deep.equal([]);
  });
});

describe('the suspicion of a silence', () => {
  const message = { txn: '1', size: 100, transmissions: 3 };
  const other = { txn: '2', size: 100, transmissions: 3 };
  const dead = new DeadLinkError('wss://cloud.example/', 'no sign of life');
  /** Ends a link on a message that was sent alone. */
  const end = (suspicion: Suspicion, { answerTime = 50, isTrusted = true, isHeard = false } = {}) => {
    if (isTrusted) suspicion.survive(other, true);
    suspicion.sendAlone(message, 5000, answerTime);
    if (isHeard) suspicion.hear();
    const error = suspicion.judge({ kind: 'lost', message, since: 15_000, among: [message] }, dead);
    suspicion.endLink(dead);
    return error;
  };

  for (const [title, options, isConvicted] of [
    ['convicts at the fourth end', {}, true],
    ['does not convict where no other message was acknowledged on the link', { isTrusted: false }, false],
    ['does not convict where something was heard after the write', { isHeard: true }, false],
    ['does not convict where no pong came before the write', { answerTime: Infinity }, false],
    ['does not convict where the pong before took longer than a tenth of the link', { answerTime: 501 }, false],
  ] as const)
    it(title, () => {
      const suspicion = new Suspicion(5000);
      const errors = Array.from({ length: 4 }, () => end(suspicion, options));
      expect(errors.map((error) => error instanceof UndeliverableError)).to.deep.equal([
        false,
        false,
        false,
        isConvicted,
      ]);
    });

  it('is of all that were in flight at two ends in a row', () => {
    const suspicion = new Suspicion(5000);
    for (let n = 0; n < 2; n++) {
      for (const each of [message, other])
        suspicion.judge({ kind: 'lost', message: each, since: 15_000, among: [message, other] }, dead);
      suspicion.endLink(dead);
    }
    expect([suspicion.isSuspect(message), suspicion.isSuspect(other)]).to.deep.equal([true, true]);
  });

  it('ends with a link that falls silent on nothing', () => {
    const suspicion = new Suspicion(5000);
    for (let n = 0; n < 2; n++) end(suspicion);
    suspicion.endLink(dead);
    expect(suspicion.isActive).to.equal(false);
  });
});
