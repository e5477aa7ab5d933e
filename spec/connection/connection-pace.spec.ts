import { expect } from 'chai';
import {
  asyncScheduler,
  defer,
  filter,
  ignoreElements,
  map,
  merge,
  NEVER,
  of,
  startWith,
  Subject,
  take,
  tap,
  throwError,
  timer,
} from 'rxjs';
import { ConnectionClosedError, ConnectionLostError } from '../../lib/errors.js';
import { aos, fleet } from '../../lib/operators/backoff.js';
import type { Socket } from '../../lib/transport/types.js';
import { marbles } from '../support/marbles.js';
import { anAck, answer, connect, credentials, endpoint, stubSocket, stubTransport } from '../support/stub-transport.js';

const minute = 60_000;
const presets = { aos: aos(), fleet: fleet() };

/** At most twelve in the first minute and six in each further one, or twelve where each lasts long enough to be a success. */
const expectPace = (opened: readonly number[], most = 6) => {
  const counts = Array.from({ length: 10 }, (_, n) => opened.filter((at) => Math.floor(at / minute) === n).length);
  const [first = 0, ...further] = counts;
  expect(first).to.be.within(2, 12);
  for (const count of further) expect(count).to.be.within(1, most);
};

describe('the pace of connections', () => {
  for (const [preset, backoff] of Object.entries(presets)) {
    for (const [code, life, most] of [
      [1000, '50ms', 6],
      [1008, '50ms', 6],
      [1012, '50ms', 6],
      [1013, '50ms', 6],
      [1006, '50ms', 6],
      [1000, '5099ms', 12],
      [1009, '9s', 6],
    ] as const)
      marbles(`${preset}: holds where each lives ${life}, brings a message and ends with ${code}`, (helpers) => {
        const { cold, expectObservable, flush } = helpers;
        const opened: number[] = [];
        const url = endpoint('a');
        const error = code === 1006 ? new ConnectionLostError(url, code) : new ConnectionClosedError(url, code, '');
        const transport = stubTransport(
          () => of(answer()),
          () => {
            opened.push(asyncScheduler.now());
            return cold(`o ${life} #`, { o: stubSocket({ frame$: cold('-f', { f: anAck }) }) }, error);
          },
        );
        expectObservable(connect(transport, { backoff, random: () => 0 }).pipe(ignoreElements()), '10m !').toBe('');
        flush();
        expectPace(opened, most);
      });

    marbles(`${preset}: holds for two units that throw each other out`, ({ expectObservable, flush }) => {
      const opened: Record<string, number[]> = { one: [], two: [] };
      const takeover$ = new Subject<string>();
      const unit = (name: string) => {
        const session$ = defer(() => {
          opened[name]?.push(asyncScheduler.now());
          takeover$.next(name);
          const end$ = takeover$.pipe(
            filter((by) => by !== name),
            take(1),
            map((): Socket => {
              throw new ConnectionClosedError(endpoint('a'), 1008, 'another session');
            }),
          );
          return merge(of(stubSocket({ frame$: of(anAck) })), end$);
        });
        return connect(
          stubTransport(
            () => of(answer()),
            () => session$,
          ),
          { backoff, random: () => 0.5 },
        ).pipe(ignoreElements());
      };
      expectObservable(merge(unit('one'), unit('two')), '10m !').toBe('');
      flush();
      for (const times of Object.values(opened)) expectPace(times);
    });
  }

  for (const [preset, backoff] of Object.entries(presets))
    for (const [how, overlap] of [
      ['', {}],
      [', opened in parallel,', { onParallelAttempt: () => undefined }],
    ] as const)
      marbles(`${preset}: holds where each connection${how} brings new credentials`, ({ expectObservable, flush }) => {
        const opened: number[] = [];
        const renewed$ = new Subject<string>();
        const credentials$ = defer(() =>
          renewed$.pipe(
            startWith('first'),
            map((cert) => ({ ...credentials, cert })),
          ),
        );
        const transport = stubTransport(
          () => of(answer()),
          () =>
            defer(() => {
              const count = opened.push(asyncScheduler.now());
              const renewal$ = timer(50).pipe(
                tap(() => {
                  renewed$.next(`number ${count}`);
                }),
                ignoreElements(),
              );
              return merge(of(stubSocket({ frame$: of(anAck) })), renewal$, NEVER);
            }),
        );
        const connected$ = connect(transport, { backoff, credentials$, random: () => 0, ...overlap });
        expectObservable(connected$.pipe(ignoreElements()), '10m !').toBe('');
        flush();
        expectPace(opened, 12);
      });

  for (const [errorCode, connectionInfo] of [
    [0, [endpoint('a')]],
    [2, []],
  ] as const)
    for (const [preset, backoff] of Object.entries(presets))
      marbles(`${preset}: holds where error code ${errorCode} comes with a nextRequestDelay of 1 ms`, (helpers) => {
        const attempts: number[] = [];
        const asked$ = defer(() => of(answer('', { errorCode, connectionInfo, nextRequestDelay: 1 }))).pipe(
          tap(() => attempts.push(asyncScheduler.now())),
        );
        const refused = new ConnectionLostError(endpoint('a'), 1006);
        const transport = stubTransport(
          () => asked$,
          () => throwError(() => refused),
        );
        helpers
          .expectObservable(connect(transport, { backoff, random: () => 0.5 }).pipe(ignoreElements()), '1m !')
          .toBe('');
        helpers.flush();
        expect(attempts.length).to.be.within(5, 60);
        for (const [index, at] of attempts.entries())
          expect((attempts[index + 2] ?? Infinity) - at).to.be.at.least(1000);
      });
});
