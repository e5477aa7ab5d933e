import { expect } from 'chai';
import { asyncScheduler, finalize, map, NEVER, of, throwError, timer, type Observable } from 'rxjs';
import { AppError } from '../../lib/errors.js';
import type { CloudMessage } from '../../lib/protocol/envelope.js';
import type { CloudMessageType } from '../../lib/protocol/message-types.js';
import { cloudMessage, type CloudFrame } from '../../lib/testing/virtual/cloud.js';
import { virtualUnit } from '../../lib/testing/virtual/unit.js';
import type { Work } from '../../lib/receiving/handlers.js';
import { marbles } from '../support/marbles.js';
import { inTurn } from '../support/stub-transport.js';
import { unitLog } from '../support/unit-log.js';
import { cloudData } from '../support/wire-examples.js';

const types: Readonly<Record<string, CloudMessageType>> = {
  a: 'blobUrls',
  b: 'desiredStatus',
  c: 'overrideEnvVars',
  d: 'requestLog',
  e: 'stateAcceptance',
  f: 'updateState',
};
const message = (name: string, txn?: string): CloudFrame =>
  cloudMessage({ ...cloudData(types[name] ?? 'desiredStatus'), messageType: types[name] ?? name }, txn);
const frames = Object.fromEntries(Array.from('abcdef', (name) => [name, message(name)]));
const txns = map(({ header }: CloudMessage) => header.txn);

describe('the messages of the cloud', () => {
  marbles('are acknowledged and given to the app as they come', ({ cold, expectObservable }) => {
    const frame$ = cold('  --a-b', { a: message('a', 'A'), b: message('b', 'B') });
    const expected = '     ---A-B';
    const { unit, acked$ } = virtualUnit(asyncScheduler, { link$: cold('-o'), frame$ });

    expectObservable(unit.message$.pipe(txns)).toBe(expected);
    expectObservable(acked$).toBe(expected);
  });

  marbles('are given whole', ({ cold, expectObservable }) => {
    const data = { messageType: 'requestLog', correlationId: 'c-1', logType: 'systemLog', filter: { instance: 1 } };
    const frame$ = cold('--a', { a: cloudMessage(data, 't') });
    const { unit } = virtualUnit(asyncScheduler, { frame$ });
    const header = { version: 7, systemId: 'unit-1', createdAt: '1970-01-01T00:00:00.000000Z', txn: 't' };

    expectObservable(unit.message$).toBe('--a', { a: { header, data } });
  });

  marbles('are given with what was left out of them, and acknowledged', ({ cold, expectObservable }) => {
    const data = { messageType: 'desiredStatus', items: [7], nodes: [] };
    const { unit, acked$ } = virtualUnit(asyncScheduler, { frame$: cold('--a', { a: cloudMessage(data, 'A') }) });
    const seen$ = unit.on('desiredStatus').pipe(map((message) => [message.data.items, message.dropped]));

    expectObservable(seen$).toBe('--d', { d: [[], [{ path: '/items/0', reason: 'is no object' }]] });
    expectObservable(acked$).toBe('--A');
  });

  marbles('are acknowledged also where nobody listens', ({ cold, expectObservable }) => {
    const { acked$ } = virtualUnit(asyncScheduler, { frame$: cold('--a', { a: message('a', 'A') }) });

    expectObservable(acked$).toBe('--A');
  });

  marbles('that come again are acknowledged again and given once, over reconnects too', (helpers) => {
    const { cold, expectObservable } = helpers;
    const link$ = inTurn(cold('-o 5s #'), cold('-o'));
    const frame$ = cold('--A-A', { A: message('a', 'A') });
    const { unit, acked$ } = virtualUnit(asyncScheduler, { link$, frame$ });

    expectObservable(acked$).toBe('---A-A 4999ms A-A');
    expectObservable(unit.message$.pipe(txns)).toBe('---A');
  });

  marbles('are told apart by type in on', ({ cold, expectObservable }) => {
    const { unit } = virtualUnit(asyncScheduler, { frame$: cold('--abcab', frames) });
    const types$ = unit.on('desiredStatus').pipe(map(({ data }) => data.messageType));

    expectObservable(types$).toBe('---b--b', { b: 'desiredStatus' });
  });

  marbles(
    'that are not messages are reported in rejected$ with the reason, and not acknowledged',
    ({ cold, expectObservable }) => {
      const bytes = (text: string) => new TextEncoder().encode(text);
      const frame$ = cold('--gjua', {
        g: new Uint8Array([0xc3, 0x28]),
        j: bytes('{"header":'),
        u: message('unitStatus', 'u'),
        a: message('a', 'A'),
      });
      const { unit, acked$ } = virtualUnit(asyncScheduler, { frame$ });

      expectObservable(unit.rejected$).toBe('--gju', {
        g: { reason: 'not UTF-8' },
        j: { reason: 'not JSON' },
        u: { reason: 'a messageType that the cloud does not send' },
      });
      expectObservable(acked$).toBe('-----A');
      expectObservable(unit.message$.pipe(txns)).toBe('-----A');
    },
  );
});

describe('handle', () => {
  /** A unit that gets these frames 2 ms after its start, and the log of what its handlers do. */
  const handling = (frame$: Observable<CloudFrame>, work: (name: string) => Work = () => timer(1000)) => {
    const { unit } = virtualUnit(asyncScheduler, { frame$ }, { lifetime: 60_000 });
    const log = unitLog(unit);
    const handle = (name: string) =>
      unit.handle(types[name] ?? 'blobUrls', () => {
        log.note(name);
        return work(name);
      });
    return { unit, lines: log.lines, handle };
  };

  marbles('runs four handlers at a time', ({ cold, flush }) => {
    const { lines, handle } = handling(cold('--(abcdef)', frames));
    for (const name of 'abcdef') handle(name);
    flush();

    expect(lines).to.deep.equal(['2 a', '2 b', '2 c', '2 d', '1002 e', '1002 f']);
  });

  marbles('runs as many at a time as it is told', ({ cold, flush }) => {
    const { unit } = virtualUnit(asyncScheduler, { frame$: cold('--(abc)', frames) }, { concurrency: 1 });
    const { lines, note } = unitLog(unit);
    for (const name of 'abc') {
      unit.handle(types[name] ?? 'blobUrls', () => {
        note(name);
        return timer(1000);
      });
    }
    flush();

    expect(lines).to.deep.equal(['2 a', '1002 b', '2002 c']);
  });

  marbles('runs messages of one type one after the other, and others beside them', ({ cold, flush }) => {
    const { lines, handle } = handling(cold('--(aaab)', frames));
    for (const name of 'ab') handle(name);
    flush();

    expect(lines).to.deep.equal(['2 a', '2 b', '1002 a', '2002 a']);
  });

  marbles('gives the handler the message', ({ cold, flush }) => {
    const { unit } = virtualUnit(asyncScheduler, { frame$: cold('--a', { a: message('a', 'A') }) });
    const seen: unknown[] = [];
    unit.handle('blobUrls', ({ header, data }) => {
      seen.push(header.txn, data.messageType);
      return undefined;
    });
    flush();

    expect(seen).to.deep.equal(['A', 'blobUrls']);
  });

  marbles('goes on after a handler that fails, and tells it in failure$', ({ cold, expectObservable, flush }) => {
    const works: Work[] = [throwError(() => new Error('later')), of(1)];
    const { unit, lines, handle } = handling(cold('--a-a-a', frames), () => {
      const work = works.shift();
      if (work === undefined) throw new Error('at once');
      return work;
    });
    handle('a');

    expectObservable(unit.failure$).toBe('--l---t', {
      l: new AppError('the handler of blobUrls', new Error('later')),
      t: new AppError('the handler of blobUrls', new Error('at once')),
    });
    flush();
    expect(lines).to.deep.equal(['2 a', '4 a', '6 a']);
  });

  marbles('ends with its subscription, and lets others go on', ({ cold, flush }) => {
    const { lines, handle } = handling(cold('--a-b-a-b', frames), () => undefined);
    const subscription = handle('a');
    handle('b');
    asyncScheduler.schedule(() => {
      subscription.unsubscribe();
    }, 5);
    flush();

    // A handler that returns nothing is done a microtask later, which virtual time does not wait for.
    expect(lines).to.include.members(['2 a', '4 b']);
    expect(lines).not.to.include('6 a');
  });

  marbles('runs no handler after stop, and ends the work of those that run', ({ cold, flush }) => {
    let ended = 0;
    const { unit, lines, handle } = handling(cold('--(aa)', frames), () => NEVER.pipe(finalize(() => ended++)));
    handle('a');
    asyncScheduler.schedule(() => void unit.stop(), 100);
    flush();

    expect(lines).to.deep.equal(['2 a']);
    expect(ended).to.equal(1);
  });

  marbles('keeps nothing from being acknowledged and received meanwhile', ({ cold, expectObservable }) => {
    const frame$ = cold('--abab', frames);
    const { unit, acked$ } = virtualUnit(asyncScheduler, { frame$ });
    unit.handle('blobUrls', () => NEVER);

    expectObservable(acked$).toBe('--1234', { 1: 'cloud-1', 2: 'cloud-2', 3: 'cloud-3', 4: 'cloud-4' });
    expectObservable(unit.message$.pipe(map(({ data }) => data.messageType))).toBe('--abab', types);
  });
});
