import { expect } from 'chai';
import { asyncScheduler, EMPTY, map, merge, mergeMap, Subject, switchMap, tap, timer, type Observable } from 'rxjs';
import { fake } from 'sinon';
import { ConnectionLostError, ConnectTimeoutError, UnstableConnectionError } from '../../lib/errors.js';
import { openLink, type LinkOptions } from '../../lib/link/link.js';
import { deadLink } from '../../lib/operators/dead-link.js';
import { proveStable } from '../../lib/operators/prove-stable.js';
import type { Socket } from '../../lib/transport/types.js';
import { marbles } from '../support/marbles.js';
import { endpoint, stubSocket } from '../support/stub-transport.js';

const url = endpoint('a');
type Options = LinkOptions<Uint8Array | 'text', Socket, unknown>;
type Given = Partial<Options> & { readonly stableAfter?: number };
const options = ({ stableAfter, ...given }: Given = {}): Options => ({
  read: () => false,
  judge: (isProven) => proveStable({ isProven, after: stableAfter ?? 5000 }),
  connectTimeout: 30_000,
  scheduler: asyncScheduler,
  now: () => asyncScheduler.now(),
  liveness: (socket, suspicion$) => deadLink(socket, { suspicion$ }),
  ...given,
});
const open = (socket$: Observable<Socket>, given?: Given) =>
  openLink(url, socket$, options(given)).pipe(map(({ state }) => state));
const values = { c: 'connecting', o: 'connected' };
const lost = new ConnectionLostError(url, 1006);
const s = stubSocket();

describe('openLink', () => {
  marbles('emits its state, and fails when it ends', ({ cold, expectObservable, expectSubscriptions }) => {
    const socket$ = cold('--s 5s #', { s }, lost);

    expectObservable(open(socket$)).toBe('c-o 5s #', values, lost);
    expectSubscriptions(socket$.subscriptions).toBe('^-- 5s !');
  });

  marbles('is read and watched as long as it is subscribed', (helpers) => {
    const { cold, hot, expectObservable, expectSubscriptions } = helpers;
    const frame$ = hot<'text'>('-');
    const activity$ = hot<'ping'>('-');
    const socket$ = cold('     --s', { s: stubSocket({ frame$, activity$ }) });

    expectObservable(open(socket$), '  ^----!').toBe('c-o', values);
    expectSubscriptions(socket$.subscriptions).toBe('  ^----!');
    expectSubscriptions(frame$.subscriptions).toBe('   --^--!');
    expectSubscriptions(activity$.subscriptions).toBe('--^--!');
  });

  marbles('is closed when it is unsubscribed before it is open', ({ cold, expectObservable, expectSubscriptions }) => {
    const socket$ = cold('-----s', { s });

    expectObservable(open(socket$), '^--!').toBe('c', values);
    expectSubscriptions(socket$.subscriptions).toBe('^--!');
  });

  marbles('fails when it is not open within the connect timeout', ({ cold, expectObservable, expectSubscriptions }) => {
    const socket$ = cold('30001ms s', { s });

    expectObservable(open(socket$)).toBe('c 29999ms #', values, new ConnectTimeoutError(url, 30_000));
    expectSubscriptions(socket$.subscriptions).toBe('^ 29999ms !');
  });

  marbles('is unstable when it ends before 5 s and brought nothing', ({ cold, hot, expectObservable }) => {
    const proof = stubSocket({ frame$: hot('---t', { t: 'text' }) });
    const read = () => true;

    expectObservable(open(cold('#', {}, lost))).toBe('(c#)', values, lost); // it never opened
    expectObservable(open(cold('--s---#', { s }, lost))).toBe('c-o---#', values, new UnstableConnectionError(lost));
    expectObservable(open(cold('--s---#', { s: proof }, lost), { read })).toBe('c-o---#', values, lost);
  });

  marbles('is proven by its first message, once, also to a late subscriber', ({ cold, hot, expectObservable }) => {
    const frame$ = hot<'text'>('---t-t', { t: 'text' });
    const link$ = openLink(url, cold('--s', { s: stubSocket({ frame$ }) }), options({ read: () => true })).pipe(
      mergeMap((event) =>
        event.state === 'connected' ? merge(event.link.isProven$, late(event.link.isProven$)) : EMPTY,
      ),
    );
    const late = (isProven$: Observable<unknown>) => timer(5, asyncScheduler).pipe(switchMap(() => isProven$));

    expectObservable(link$, '9ms !').toBe('--fe---e', { f: false, e: true });
  });

  marbles('ends with what fails in reading it', ({ cold, hot, expectObservable, expectSubscriptions }) => {
    const read = () => {
      throw new Error('fault');
    };
    const socket$ = cold('--s', { s: stubSocket({ frame$: hot('---t', { t: 'text' }) }) });

    expectObservable(open(socket$, { read, stableAfter: 0 })).toBe('c-o#', values, new Error('fault'));
    expectSubscriptions(socket$.subscriptions).toBe('^--!');
  });

  marbles('ends with what fails in its streams', ({ cold, expectObservable }) => {
    const silent = stubSocket({ activity$: cold('-#') });
    const dumb = stubSocket({ frame$: cold('-#') });

    expectObservable(open(cold('-s', { s: silent }), { stableAfter: 0 })).toBe('co#', values);
    expectObservable(open(cold('-s', { s: dumb }), { stableAfter: 0 })).toBe('  co#', values);
  });

  marbles('is asked for a sign of life at a suspicion, and not once it has ended', (helpers) => {
    const { cold, hot, expectObservable, flush } = helpers;
    const activity$ = hot<'bytes'>('------b', { b: 'bytes' });
    const ping = fake(() => asyncScheduler.now());
    let suspect = (): void => undefined;
    const link$ = openLink(url, cold('--s', { s: stubSocket({ ping, activity$ }) }), options()).pipe(
      tap((event) => {
        if (event.state !== 'connected') return;
        suspect = () => {
          event.link.suspect('silence');
        };
      }),
      map(({ state }) => state),
    );
    const suspicion$ = cold('-----d---d', { d: 'silence' }).pipe(
      tap(() => {
        suspect();
      }),
    );

    expectObservable(link$, '^------!').toBe('c-o', values);
    expectObservable(suspicion$).toBe('-----d---d', { d: 'silence' });
    flush();
    expect(ping.returnValues).to.deep.equal([5]);
    expect(asyncScheduler.now()).to.equal(9);
  });

  marbles('may be answered while it is asked', ({ cold, expectObservable }) => {
    const activity$ = new Subject<'bytes'>();
    const ping = () => {
      activity$.next('bytes');
    };
    const link$ = openLink(url, cold('-s', { s: stubSocket({ activity$, ping }) }), options()).pipe(
      tap((event) => {
        if (event.state === 'connected') event.link.suspect('silence');
      }),
      map(({ state }) => state),
    );

    expectObservable(link$, '60s !').toBe('co', values);
  });
});
