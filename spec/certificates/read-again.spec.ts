import { expect } from 'chai';
import { defer, of, throwError, type Observable } from 'rxjs';
import { CredentialsError } from '../../lib/errors.js';
import { readAgain } from '../../lib/certificates/read-again.js';
import type { Credentials, TrustAnchors } from '../../lib/transport/types.js';
import { marbles } from '../support/marbles.js';

const one = { ca: 'one' };
const other = { ca: 'other' };
const failure = new CredentialsError('the CA file cannot be read');

type Read = Credentials | TrustAnchors;

const reads = (...turns: readonly (Read | Error)[]): Observable<Read> => {
  const left = [...turns];
  return defer(() => {
    const turn = left.shift() ?? failure;
    return turn instanceof Error ? throwError(() => turn) : of(turn);
  });
};

describe('readAgain', () => {
  marbles('emits what has changed at the next reading, and nothing where nothing has', ({ cold, expectObservable }) => {
    const read$ = readAgain(reads(one, one, other, other), cold('  -a-a-a|'));
    expectObservable(read$).toBe('                                   a--b--|', { a: one, b: other });
  });

  marbles(
    'passes over what cannot be read later, and fails where the first reading does',
    ({ cold, expectObservable }) => {
      expectObservable(readAgain(reads(one, failure, other), cold('-a-a|'))).toBe('a--b|', { a: one, b: other });
      expectObservable(readAgain(reads(failure, one), cold('       -a|'))).toBe('#', undefined, failure);
    },
  );

  marbles('says why it passes over something', ({ cold, expectObservable, flush }) => {
    const refused: unknown[] = [];
    const read$ = readAgain(reads(one, failure, other), cold('-a-a|'), (error) => refused.push(error));
    expectObservable(read$).toBe('a--b|', { a: one, b: other });
    flush();
    expect(refused).to.deep.equal([failure]);
  });

  marbles('passes over a pair that does not belong together', ({ cold, expectObservable }) => {
    const half = { ca: 'one', cert: 'no certificate', key: 'no key' };
    expectObservable(readAgain(reads(one, half, other), cold('-a-a|'))).toBe('a--b|', { a: one, b: other });
  });
});
