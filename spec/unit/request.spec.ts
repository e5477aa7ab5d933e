import { asyncScheduler, defer, EMPTY, map, merge, NEVER } from 'rxjs';
import { ConnectionLostError, RequestTimeoutError, StoppedError } from '../../lib/errors.js';
import { cloudMessage } from '../../lib/testing/virtual/cloud.js';
import { virtualUnit } from '../../lib/testing/virtual/unit.js';
import type { RequestData } from '../../lib/unit/unit.js';
import { marbles } from '../support/marbles.js';

const data: RequestData = { messageType: 'requestBlobUrls', digests: ['sha256:11'] };
const answer = (correlationId: string) => cloudMessage({ messageType: 'blobUrls', correlationId, items: [] });
const ids = map(
  ({ data: { correlationId } }: { readonly data: { readonly correlationId?: string | undefined } }) => correlationId,
);
const values = { a: 'txn-1', b: 'txn-3' };

describe('request', () => {
  marbles(
    'emits the one answer with its correlationId, and asks anew for each subscriber',
    ({ cold, expectObservable }) => {
      const frame$ = cold('---x-a-a-b', { x: answer('other'), a: answer('txn-1'), b: answer('txn-3') });
      const { unit, received$ } = virtualUnit(asyncScheduler, { frame$ });
      const request$ = unit.request(data);

      expectObservable(received$.pipe(ids)).toBe('(ab)', values);
      expectObservable(request$.pipe(ids)).toBe('-----(a|)', values);
      expectObservable(request$.pipe(ids)).toBe('---------(b|)', values);
    },
  );

  marbles('takes the correlationId that the app gives it', ({ cold, expectObservable }) => {
    const { unit } = virtualUnit(asyncScheduler, { frame$: cold('--a', { a: answer('mine') }) });
    expectObservable(unit.request({ ...data, correlationId: 'mine' }).pipe(ids)).toBe('--(m|)', { m: 'mine' });
  });

  marbles('fails when no answer comes in time, and lets go of what was not sent', ({ cold, expectObservable }) => {
    const { unit, received$ } = virtualUnit(asyncScheduler, { link$: cold('50ms o') });
    expectObservable(unit.request(data, { timeout: 20 })).toBe(
      '20ms #',
      undefined,
      new RequestTimeoutError('requestBlobUrls', 'txn-1', 20),
    );
    expectObservable(received$).toBe('');
  });

  marbles('waits 60 s by default', ({ expectObservable }) => {
    const { unit } = virtualUnit(asyncScheduler);
    expectObservable(unit.request(data)).toBe(
      '60s #',
      undefined,
      new RequestTimeoutError('requestBlobUrls', 'txn-1', 60_000),
    );
  });

  marbles('is withdrawn when it is unsubscribed before it was sent', ({ cold, expectObservable }) => {
    const { unit, received$ } = virtualUnit(asyncScheduler, { link$: cold('50ms o') });
    expectObservable(unit.request(data), '10ms !').toBe('');
    expectObservable(received$).toBe('');
  });

  marbles('ends by its signal, with the reason', ({ cold, expectObservable }) => {
    const abort = new AbortController();
    const reason = new Error('no use any more');
    const { unit, received$ } = virtualUnit(asyncScheduler, { link$: cold('50ms o') });
    const abort$ = cold('5ms x').pipe(
      map(() => {
        abort.abort(reason);
      }),
    );
    expectObservable(merge(unit.request(data, { signal: abort.signal }), abort$)).toBe('5ms #', undefined, reason);
    expectObservable(unit.request(data, { signal: AbortSignal.abort(reason) })).toBe('#', undefined, reason);
    expectObservable(received$).toBe('');
  });

  marbles('fails with the reason why it was dropped', ({ cold, expectObservable }) => {
    const { unit } = virtualUnit(asyncScheduler, { link$: NEVER });
    const stop$ = cold('5ms x').pipe(
      map(() => {
        void unit.stop();
      }),
    );
    expectObservable(unit.request(data)).toBe('5ms #', undefined, new StoppedError());
    expectObservable(stop$).toBe('5ms x', { x: undefined });
  });

  marbles('goes on over a reconnect', ({ cold, expectObservable }) => {
    const lost = new ConnectionLostError('wss://cloud.example/', 1006);
    const links = [cold('o 9ms #', {}, lost), cold('o')];
    const link$ = defer(() => links.shift() ?? EMPTY);
    const { unit } = virtualUnit(asyncScheduler, { link$, frame$: cold('15ms a', { a: answer('txn-1') }) });

    expectObservable(unit.request(data).pipe(ids)).toBe('25ms (a|)', values);
  });
});
