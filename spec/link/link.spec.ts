import { expect } from 'chai';
import { asyncScheduler, map, Subject, tap, type Observable } from 'rxjs';
import { fake } from 'sinon';
import { ConnectionClosedError, ConnectionLostError, UnstableConnectionError } from '../../lib/errors.js';
import { openLink } from '../../lib/link/link.js';
import type { UnitLinkTerms } from '../../lib/connection/open-connection.js';
import { LinkWatch, type WatchRules } from '../../lib/operators/liveness.js';
import type { Socket } from '../../lib/transport/types.js';
import { marbles } from '../support/marbles.js';
import { endpoint, stubSocket } from '../support/stub-transport.js';

const url = endpoint('a');
type Given = Partial<UnitLinkTerms & WatchRules>;
const terms = (given: Given = {}): UnitLinkTerms => {
  const rules = { silenceFactor: 2.5, pongTimeout: 5000, scheduler: asyncScheduler, onInterval: () => undefined };
  return {
    read: () => false,
    stableAfter: 5000,
    connectTimeout: 30_000,
    scheduler: asyncScheduler,
    now: () => asyncScheduler.now(),
    watch: (socket) => new LinkWatch(socket, { ...rules, ...given }),
    ...given,
  };
};
const open = (socket$: Observable<Socket>, given?: Given) =>
  openLink(url, socket$, terms(given)).pipe(map(({ state }) => state));
const values = { c: 'connecting', o: 'connected' };
const lost = new ConnectionLostError(url, 1006);
const s = stubSocket();

describe('openLink', () => {
  marbles('emits how far it is, the latest to a late subscriber, and how it ends', ({ cold, expectObservable }) => {
    const link$ = open(cold('--s 5s #', { s }, lost));

    expectObservable(link$).toBe('             c-o 5s #', values, lost);
    expectObservable(link$, '-------^').toBe(' -------o 4995ms #', values, lost);
  });

  marbles('lives on while somebody is subscribed, and is closed with the last', (helpers) => {
    const { cold, hot, expectObservable, expectSubscriptions } = helpers;
    const frame$ = hot<'text'>('-');
    const activity$ = hot<'ping'>('-');
    const socket$ = cold('     --s', { s: stubSocket({ frame$, activity$ }) });
    const first = '            ^--!';
    const second = '           --^--!';
    const link$ = open(socket$);

    expectObservable(link$, first).toBe('c-o', values);
    expectObservable(link$, second).toBe('--o', values);
    expectSubscriptions(socket$.subscriptions).toBe('  ^----!');
    expectSubscriptions(frame$.subscriptions).toBe('   --^--!');
    expectSubscriptions(activity$.subscriptions).toBe('--^--!');
  });

  marbles('is closed when nobody waits for it any more', ({ cold, expectObservable, expectSubscriptions }) => {
    const socket$ = cold('-----s', { s });

    expectObservable(open(socket$), '^--!').toBe('c', values);
    expectSubscriptions(socket$.subscriptions).toBe('^--!');
  });

  marbles('is unstable when it ends before 5 s and brought nothing', ({ cold, hot, expectObservable }) => {
    const proof = stubSocket({ frame$: hot('---t', { t: 'text' }) });
    const read = () => true;

    expectObservable(open(cold('#', {}, lost))).toBe('#', {}, lost); // it never opened
    expectObservable(open(cold('--s---#', { s }, lost))).toBe('c-o---#', values, new UnstableConnectionError(lost));
    expectObservable(open(cold('--s---#', { s: proof }, lost), { read })).toBe('c-o---#', values, lost);
  });

  marbles('takes a socket that completes for one that was closed', ({ cold, expectObservable }) => {
    const closed = new ConnectionClosedError(url, 1000, '');

    expectObservable(open(cold('--s 5s |', { s }))).toBe('c-o 5s #', values, closed);
    expectObservable(open(cold('--|'))).toBe('            c-#', values, closed);
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

    expectObservable(open(cold('s', { s: silent }), { stableAfter: 0 })).toBe('o#', values);
    expectObservable(open(cold('s', { s: dumb }), { stableAfter: 0 })).toBe('  o#', values);
  });

  marbles('is asked for a sign of life at a doubt, and not once it has ended', (helpers) => {
    const { cold, hot, expectObservable, flush } = helpers;
    const activity$ = hot<'bytes'>('------b', { b: 'bytes' });
    const ping = fake(() => asyncScheduler.now());
    const doubts: (() => void)[] = [];
    const link$ = openLink(url, cold('--s', { s: stubSocket({ ping, activity$ }) }), terms()).pipe(
      tap(({ doubt }) => doubts.push(() => doubt?.('silence'))),
      map(({ state }) => state),
    );
    const doubt$ = cold('-----d---d', { d: 'silence' }).pipe(tap(() => doubts.at(-1)?.()));

    expectObservable(link$, '^------!').toBe('c-o', values);
    expectObservable(doubt$).toBe('-----d---d', { d: 'silence' });
    flush();
    expect(ping.returnValues).to.deep.equal([5]);
    expect(asyncScheduler.now()).to.equal(9);
  });

  marbles('may be answered while it is asked', ({ cold, expectObservable }) => {
    const activity$ = new Subject<'bytes'>();
    const ping = () => {
      activity$.next('bytes');
    };
    const link$ = openLink(url, cold('s', { s: stubSocket({ activity$, ping }) }), terms()).pipe(
      tap(({ doubt }) => doubt?.('silence')),
      map(({ state }) => state),
    );

    expectObservable(link$, '60s !').toBe('o', values);
  });
});
