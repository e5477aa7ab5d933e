import { fork } from 'node:child_process';
import { once } from 'node:events';
import { setTimeout as elapsed } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { expect } from 'chai';
import {
  asyncScheduler,
  concat,
  concatMap,
  defer,
  dematerialize,
  firstValueFrom,
  interval,
  map,
  materialize,
  merge,
  mergeMap,
  NEVER,
  of,
  skip,
  Subscription,
  take,
  throwError,
  timer,
  type MonoTypeOperatorFunction,
  type Observable,
  type SchedulerAction,
  type SchedulerLike,
} from 'rxjs';
import { startCloud } from '../../lib/testing/cloud/start-cloud.js';
import { acknowledge, type CloudFrame } from '../../lib/testing/virtual/cloud.js';
import { virtualUnit } from '../../lib/testing/virtual/unit.js';
import { marbles } from '../support/marbles.js';
import { recorded } from '../support/unit-on-cloud.js';

const from = 60_000;
const to = from + 600_000;
const child = fileURLToPath(new URL('./pacing-child.js', import.meta.url));

/** A scheduler of a process that is stopped from one moment to another: what is due meanwhile comes at the end. */
const stopping = (scheduler: SchedulerLike): SchedulerLike => ({
  now: () => scheduler.now(),
  schedule: <T>(work: (this: SchedulerAction<T>, state?: T) => void, delay = 0, state?: T): Subscription => {
    const subscription = new Subscription();
    const schedule = (next: T | undefined, after: number): Subscription => {
      const due = scheduler.now() + after;
      const held = due >= from && due < to ? to - scheduler.now() : after;
      const run = (given?: T): void => {
        work.call(action, given);
      };
      subscription.add(scheduler.schedule<T>(run, held, next as T));
      return subscription;
    };
    const action = Object.assign(subscription, { schedule: (next?: T, after = 0) => schedule(next, after) });
    return schedule(state, delay);
  },
});

/** What a network brings to a process that is stopped: nothing until it goes on. */
const held =
  <T>(): MonoTypeOperatorFunction<T> =>
  (source$: Observable<T>) =>
    source$.pipe(
      materialize(),
      concatMap((notification) => {
        const now = asyncScheduler.now();
        return now >= from && now < to ? timer(to - now).pipe(map(() => notification)) : of(notification);
      }),
      dematerialize(),
    );

describe('a process with a unit that is stopped', () => {
  for (const [title, link$] of [
    ['whose link is still there', concat(of('open'), NEVER)],
    [
      'whose link is gone',
      merge(of('open'), timer(120_000).pipe(concatMap(() => throwError(() => new Error('reset'))))),
    ],
  ] as const)
    marbles(`for ten minutes, ${title}, loses nothing and connects once more at most`, ({ flush }) => {
      let links = 0;
      const { unit, received$ } = virtualUnit(
        stopping(asyncScheduler),
        {
          link$: defer(() => (++links === 1 ? link$.pipe(held()) : concat(of('open'), NEVER))),
          frame$: interval(15_000).pipe(
            map((): CloudFrame => 'ping'),
            held(),
          ),
          answer: (messages$) => messages$.pipe(acknowledge(50), held()),
        },
        { lifetime: to + 120_000 },
      );
      const states = recorded(unit.state$);
      const received = recorded(received$);
      const settled: string[] = [];
      // The app runs in the same process: between 60 s and 660 s it does not send.
      const app$ = merge(interval(997).pipe(take(60)), timer(to).pipe(concatMap(() => interval(997).pipe(take(30)))));
      const sent: string[] = [];
      const reports$ = app$.pipe(
        mergeMap(() => {
          const { txn, status$ } = unit.send({ messageType: 'alerts', items: [] });
          sent.push(txn);
          return status$;
        }),
      );
      reports$.subscribe(({ txn, status }) => {
        if (status === 'acknowledged') settled.push(txn);
      });
      flush();
      const txns = received.map(({ header }) => header.txn);
      expect(sent).to.have.length(90);
      expect(settled.sort()).to.deep.equal([...sent].sort());
      expect([...new Set(txns)]).to.deep.equal(sent);
      expect(txns.length - sent.length).to.be.at.most(1); // the one on its way when it was stopped
      expect(states.filter(({ state }) => state === 'connecting').length).to.be.at.most(2);
      expect(links).to.be.at.most(2);
    });

  for (const [title, breaksLink] of [
    ['whose link is still there', false],
    ['whose link is gone', true],
  ] as const)
    it(`for real, ${title}, goes on, loses nothing and connects once more at most`, async () => {
      await using cloud = await startCloud({ pingInterval: 200 });
      const running = fork(child);
      try {
        const messages = recorded(cloud.message$);
        const opened = recorded(cloud.event$);
        running.send({ credentials: cloud.credentials });
        const done = once(running, 'message') as Promise<[{ states: string[]; lost: number }]>;
        await firstValueFrom(cloud.message$.pipe(skip(49)), { defaultValue: undefined });
        running.kill('SIGSTOP');
        if (breaksLink) cloud.resetSessions();
        // How long it is stopped: longer than every timeout of the unit.
        await elapsed(4000);
        running.kill('SIGCONT');
        const [{ states, lost }] = await done;
        expect(lost).to.equal(0);
        const numbers = [...new Set(messages.map(({ header }) => Number(header.txn.slice(6))))];
        expect(numbers).to.deep.equal(Array.from({ length: 300 }, (_, at) => at + 1));
        expect(opened.filter(({ kind }) => kind === 'opened').length).to.be.at.most(2);
        expect(states.filter((state) => state === 'connected').length).to.be.at.most(2);
      } finally {
        running.kill('SIGKILL');
      }
    });
});
