import { expect } from 'chai';
import { asyncScheduler, catchError, concat, defer, EMPTY, map, NEVER, of, throwError } from 'rxjs';
import { fake } from 'sinon';
import { discovery, type DiscoveryOptions } from '../../lib/connection/discovery.js';
import {
  AllEndpointsFailedError,
  ConnectTimeoutError,
  DiscoveryError,
  DiscoveryRefusedError,
  InsecureUrlError,
  retryAfterOf,
} from '../../lib/errors.js';
import { FailedLast } from '../../lib/collections/failed-last.js';
import { marbles } from '../support/marbles.js';
import { answer, credentials, discoveryUrl, stubTransport, type StubTransport } from '../support/stub-transport.js';

const options = (transport: StubTransport, names = 'x'): DiscoveryOptions => ({
  systemId: 'unit-1',
  urls: Array.from(names, discoveryUrl),
  credentials,
  transport,
  allowInsecure: false,
  connectTimeout: 30_000,
  scheduler: asyncScheduler,
  onDelay: () => undefined,
});
const found = map(({ connectionInfo, authToken }: { connectionInfo: string[]; authToken: string }) =>
  [...connectionInfo, authToken].join(' '),
);
const values = { r: 'wss://a.example/ token-1' };
const failed = (name: string, what = 'down') => new DiscoveryError(discoveryUrl(name), what);

describe('discovery', () => {
  marbles('asks with the version, the system id and wss, and emits what the cloud answers', (helpers) => {
    const { cold, expectObservable, flush } = helpers;
    const asked = fake(() => cold('-r|', { r: answer() }));

    expectObservable(discovery(options(stubTransport(asked))).pipe(found)).toBe('-r|', values);
    flush();
    expect(asked.args).to.deep.equal([
      [
        'x',
        { url: discoveryUrl('x'), body: '{"version":7,"systemId":"unit-1","supportedProtocols":["wss"]}', credentials },
      ],
    ]);
  });

  marbles('asks every URL in turn until one answers', ({ cold, expectObservable, expectSubscriptions }) => {
    const x$ = cold('      --#', {}, failed('x'));
    const y$ = cold('        -#', {}, failed('y'));
    const z$ = cold('         -r', { r: answer() });
    const xSubs = '        ^-!';
    const ySubs = '        --^!';
    const zSubs = '        ---^--!';
    const unsub = '        ------!';
    const expected = '     ----r';
    const transport = stubTransport((name) => ({ x: x$, y: y$ })[name] ?? z$);

    expectObservable(discovery(options(transport, 'xyz')).pipe(found), unsub).toBe(expected, values);
    expectSubscriptions(x$.subscriptions).toBe(xSubs);
    expectSubscriptions(y$.subscriptions).toBe(ySubs);
    expectSubscriptions(z$.subscriptions).toBe(zSubs);
  });

  marbles('fails with all errors when none answers, and with the one where there is one', ({ expectObservable }) => {
    const transport = stubTransport((name) => throwError(() => failed(name)));

    expectObservable(discovery(options(transport, 'xy'))).toBe(
      '#',
      {},
      new AllEndpointsFailedError([failed('x'), failed('y')]),
    );
    expectObservable(discovery(options(transport))).toBe('#', {}, failed('x'));
  });

  marbles('asks the next URL when one ends without an answer', ({ cold, expectObservable }) => {
    const transport = stubTransport((name) => (name === 'x' ? cold('--|') : cold('-r', { r: answer() })));

    expectObservable(discovery(options(transport, 'xy')).pipe(found), '9ms !').toBe('---r', values);
    expectObservable(discovery(options(transport))).toBe('--#', {}, failed('x', 'no answer came'));
  });

  marbles('gives a URL 30 s, then asks the next', ({ cold, expectObservable, expectSubscriptions }) => {
    const x$ = cold('  -');
    const y$ = cold('  r|', { r: answer() });
    const subs = '     ^ 29999ms !';
    const expected = ' 30s r|';
    const transport = stubTransport((name) => (name === 'x' ? x$ : y$));

    expectObservable(discovery(options(transport, 'xy')).pipe(found)).toBe(expected, values);
    expectSubscriptions(x$.subscriptions).toBe(subs);
  });

  marbles('says which URL did not answer, without its query', ({ cold, expectObservable }) => {
    const url = 'https://x.example/sd/v7/?secret';
    const error = new ConnectTimeoutError('https://x.example/sd/v7/', 30_000);
    const silent = stubTransport(() => cold('-'));

    expectObservable(discovery({ ...options(silent), urls: [url] })).toBe('30s #', {}, error);
  });

  marbles('passes over a URL without TLS, and asks it where that is allowed', ({ expectObservable }) => {
    const urls = ['http://w.example/', discoveryUrl('x')];
    const transport = stubTransport(() => of(answer()));
    const insecure = { ...options(transport), urls };

    expectObservable(transport.asked$).toBe('(xw)');
    expectObservable(discovery(insecure).pipe(found)).toBe('(r|)', values);
    expectObservable(discovery({ ...insecure, allowInsecure: true }).pipe(found)).toBe('(r|)', values);
  });

  marbles('asks no further URL when one has answered with an error code', ({ expectObservable }) => {
    const transport = stubTransport(() => of(answer('', { errorCode: -1 })));

    expectObservable(transport.asked$).toBe('x');
    expectObservable(discovery(options(transport, 'xy'))).toBe(
      '#',
      {},
      new DiscoveryRefusedError(discoveryUrl('x'), -1),
    );
  });

  for (const [errorCode, nextRequestDelay, retryAfter] of [
    [-1, null, undefined],
    [-1, 5000, undefined],
    [2, 30_000, 30_000],
    [2, null, undefined],
    [2, 0, undefined],
    [3, 1000, undefined],
  ] as const) {
    const asks = retryAfter === undefined ? 'asks for no wait' : `asks for a wait of ${retryAfter} ms`;
    it(`${asks} with error code ${errorCode} and nextRequestDelay ${nextRequestDelay ?? 'null'}`, () => {
      const transport = stubTransport(() => of(answer('', { errorCode, nextRequestDelay })));
      const error = fake();
      discovery(options(transport)).subscribe({ error });
      expect(error.args).to.deep.equal([[new DiscoveryRefusedError(discoveryUrl('x'), errorCode, retryAfter)]]);
      expect(error.lastCall.firstArg).to.include({ code: errorCode, retryAfter });
    });
  }

  it('takes an answer without error code and token', () => {
    const transport = stubTransport(() => of('{"connectionInfo":["wss://a.example/"]}'));
    const next = fake();
    discovery(options(transport)).subscribe({ next, error: next });
    expect(next.lastCall.firstArg).to.deep.include({
      connectionInfo: ['wss://a.example/'],
      authToken: '',
      errorCode: 0,
    });
  });

  for (const [title, body, what] of [
    ['an answer that names no endpoint', answer(''), 'the answer names no endpoint'],
    ['an answer for another unit', answer('a', { systemId: 'unit-2' }), 'the answer is for another systemId'],
    ['an answer of another version', answer('a', { version: 6 }), 'the answer is for version 6, not 7'],
    ['what is not JSON', '<html>secret</html>', 'not JSON'],
    ['what is no object', '["secret"]', 'the answer is not a JSON object'],
  ] as const) {
    it(`fails at ${title} and quotes nothing of it`, () => {
      const error = fake();
      discovery(options(stubTransport(() => of(body)))).subscribe({ error });
      expect(error.args).to.deep.equal([[failed('x', what)]]);
    });
  }

  it('tells the nextRequestDelay of every answer, 0 where it has none', () => {
    const delays = [5000, null, 0, 'absent', 700];
    const onDelay = fake();
    const transport = stubTransport(() => of(answer('a', { nextRequestDelay: delays.shift(), errorCode: 2 })));
    for (let n = 0; n < 5; n++) discovery({ ...options(transport), onDelay }).subscribe({ error: () => undefined });
    expect(onDelay.args.flat()).to.deep.equal([5000, 0, 0, 700]);
  });

  it('passes on the wait that a busy cloud asks for, and no other', () => {
    const waits: unknown[] = [];
    const error = (refusal: unknown) => waits.push(retryAfterOf(refusal));
    for (const [errorCode, nextRequestDelay] of [
      [2, 1],
      [2, 700],
      [2, 0],
      [-1, 700],
    ])
      discovery(options(stubTransport(() => of(answer('', { errorCode, nextRequestDelay }))))).subscribe({ error });
    expect(waits).to.deep.equal([1, 700, undefined, undefined]);
  });

  marbles('ends the request with its subscriber', ({ cold, expectObservable, expectSubscriptions }) => {
    const x$ = cold('  -----r', { r: answer() });
    const subs = '     ^--!';
    const unsub = '    ---!';
    const expected = ' ----';

    expectObservable(discovery(options(stubTransport(() => x$))), unsub).toBe(expected);
    expectSubscriptions(x$.subscriptions).toBe(subs);
  });
});

describe('the order of discovery', () => {
  marbles('begins with what has not failed, so that in time every URL is asked', ({ expectObservable, flush }) => {
    const failedUrls = new FailedLast();
    const transport = stubTransport(() => NEVER);
    const next = () => discovery({ ...options(transport, 'wxyz'), failedUrls }).pipe(catchError(() => EMPTY));

    expectObservable(transport.asked$).toBe('w 29999ms x 29999ms y 29999ms z 29999ms w 29999ms x');
    expectObservable(concat(defer(next), defer(next), defer(next))).toBe('180s |');
    flush();
  });

  it('leaves a URL that answered in its place, one that is busy too, and not one that refuses', () => {
    const failedUrls = new FailedLast();
    const turns = [throwError(() => failed('x')), of(answer()), of(answer('', { errorCode: 2 })), of(answer())];
    const transport = stubTransport(() => turns.shift() ?? of(answer('', { errorCode: -1 })));
    const asked: string[] = [];
    transport.asked$.subscribe({ next: (name) => asked.push(name) });
    for (let n = 0; n < 5; n++)
      discovery({ ...options(transport, 'xy'), failedUrls }).subscribe({ error: () => undefined });
    // x fails and y answers; y is busy, answers, and refuses; then x comes first again.
    expect(asked.join('')).to.equal('xyyyyx');
  });
});

describe('redirects of discovery', () => {
  const redirect = (names: string) => answer('', { errorCode: 1, connectionInfo: Array.from(names, discoveryUrl) });
  /** x sends on to a, a to b, and so on, this often; the last answers. */
  const chain = (hops: number) =>
    stubTransport((name) => {
      const hop = name === 'x' ? 0 : name.charCodeAt(0) - 96;
      return of(hop < hops ? redirect(String.fromCharCode(97 + hop)) : answer());
    });

  marbles('are followed five times', ({ expectObservable }) => {
    const transport = chain(5);

    expectObservable(transport.asked$).toBe('(xabcde)');
    expectObservable(discovery(options(transport)).pipe(found)).toBe('(r|)', values);
  });

  marbles('are an error the sixth time', ({ expectObservable }) => {
    const transport = chain(6);

    expectObservable(transport.asked$).toBe('(xabcde)');
    expectObservable(discovery(options(transport))).toBe('#', {}, failed('e', 'more than 5 redirects'));
  });

  marbles('are an error where they lead in circles', ({ expectObservable }) => {
    const transport = stubTransport((name) => of(redirect(name === 'x' ? 'y' : 'x')));

    expectObservable(transport.asked$).toBe('(xy)');
    expectObservable(discovery(options(transport))).toBe(
      '#',
      {},
      failed('y', 'a redirect to a URL that was asked already'),
    );
  });

  marbles('are an error where they lead to themselves, or nowhere', ({ expectObservable }) => {
    const toItself = stubTransport(() => of(redirect('x')));
    const toNowhere = stubTransport(() => of(redirect('')));

    expectObservable(discovery(options(toItself))).toBe(
      '#',
      {},
      failed('x', 'a redirect to a URL that was asked already'),
    );
    expectObservable(discovery(options(toNowhere))).toBe('#', {}, failed('x', 'a redirect to nowhere'));
  });

  marbles('without TLS are refused, and nothing is sent there', ({ expectObservable }) => {
    const transport = stubTransport(() => of(answer('', { errorCode: 1, connectionInfo: ['http://y.example/'] })));

    expectObservable(transport.asked$).toBe('x');
    expectObservable(discovery(options(transport))).toBe('#', {}, new InsecureUrlError('http://y.example/', 'https'));
  });

  marbles('to several URLs ask one after the other, without those asked before', ({ expectObservable }) => {
    const transport = stubTransport((name) =>
      name === 'x' ? of(redirect('xyz')) : name === 'y' ? throwError(() => failed('y')) : of(answer()),
    );

    expectObservable(transport.asked$).toBe('(xyz)');
    expectObservable(discovery(options(transport)).pipe(found)).toBe('(r|)', values);
  });

  marbles('that lead to nothing leave the other URLs to be asked', ({ expectObservable }) => {
    const transport = stubTransport((name) =>
      name === 'x' ? of(redirect('a')) : name === 'a' ? throwError(() => failed('a')) : of(answer()),
    );

    expectObservable(transport.asked$).toBe('(xay)');
    expectObservable(discovery(options(transport, 'xy')).pipe(found)).toBe('(r|)', values);
  });

  it('that form a tree take 16 requests at most', () => {
    const names = Array.from('abcdefghijklmnopqrstuvwyz');
    const transport = stubTransport((name) => (name === 'x' ? of(redirect(names.join(''))) : of(redirect('zyx'))));
    const asked: string[] = [];
    transport.asked$.subscribe({ next: (name) => asked.push(name) });
    const error = fake();
    discovery(options(transport)).subscribe({ error });
    expect(asked).to.have.length(16);
    expect(error.lastCall.firstArg)
      .to.be.an.instanceOf(DiscoveryError)
      .with.property('message')
      .that.matches(/failed: it would take more than 16 requests, redirects included$/);
  });

  marbles('share a deadline of 60 s with the URLs that are asked in turn', ({ cold, expectObservable }) => {
    const transport = stubTransport((name) => cold('25s r', { r: redirect(name === 'x' ? 'y' : 'z') }));
    const late = failed('x', 'it was not done within 60000 ms');

    expectObservable(discovery(options(transport))).toBe('60s #', {}, late);
  });

  marbles('give each hop 30 s', ({ cold, expectObservable }) => {
    const transport = stubTransport((name) => cold('29999ms r', { r: name === 'x' ? redirect('y') : answer() }));

    expectObservable(discovery(options(transport)).pipe(found), '2m !').toBe('59998ms r', values);
  });
});
