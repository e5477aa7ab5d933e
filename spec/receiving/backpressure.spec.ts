import { expect } from 'chai';
import { asyncScheduler, concat, NEVER, of } from 'rxjs';
import { backpressure } from '../../lib/receiving/backpressure.js';
import type { Socket } from '../../lib/transport/types.js';
import { marbles } from '../support/marbles.js';
import { stubSocket } from '../support/stub-transport.js';

const setUp = () => {
  const calls: string[] = [];
  const noted = (call: string) => () => void calls.push(`${asyncScheduler.now()} ${call}`);
  const pausable = (name: string): Socket =>
    stubSocket({ pause: noted(`pause ${name}`), resume: noted(`resume ${name}`) });
  const onChange = (change: string) => void calls.push(change);
  return { calls, pausable, onChange };
};
const values = { t: true, f: false };

describe('backpressure', () => {
  marbles('pauses the open socket, tells so, and resumes it', ({ cold, expectObservable, flush }) => {
    const { calls, pausable, onChange } = setUp();
    const socket$ = concat(of(pausable('a')), NEVER);

    expectObservable(backpressure({ socket$, paused$: cold('f--t--f', values), onChange }), '10ms !').toBe('');
    flush();
    expect(calls).to.deep.equal(['3 pause a', 'paused', '6 resume a', 'resumed']);
  });

  marbles('pauses a socket that opens meanwhile, and lets go of one that ends', ({ cold, expectObservable, flush }) => {
    const { calls, pausable, onChange } = setUp();
    const socket$ = cold('-a-x-b', { a: pausable('a'), x: undefined, b: pausable('b') });

    expectObservable(backpressure({ socket$, paused$: cold('t', values), onChange }), '9ms !').toBe('');
    flush();
    expect(calls).to.deep.equal([
      ...['1 pause a', 'paused', '3 resume a', 'resumed'],
      ...['5 pause b', 'paused', '9 resume b', 'resumed'],
    ]);
  });

  marbles('leaves alone a socket that cannot be paused', ({ cold, expectObservable, flush }) => {
    const { calls, onChange } = setUp();
    const socket$ = concat(of(stubSocket()), NEVER);

    expectObservable(backpressure({ socket$, paused$: cold('t', values), onChange }), '9ms !').toBe('');
    flush();
    expect(calls).to.deep.equal([]);
  });
});
