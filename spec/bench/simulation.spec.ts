import { expect } from 'chai';
import { asapScheduler } from 'rxjs';
import {
  inspectSimulation,
  shrinkSimulation,
  simulate,
  simulationCorpus,
  simulationHash,
  simulationPlan,
  simulationTimeline,
  type WorldEvent,
  type SimulationEvent,
  type SimulationFault,
  type SimulationPlan,
} from '../../bench/simulation/index.js';

describe('simulate', () => {
  it('makes the same run of the same seed, bit for bit, and another of another', () => {
    for (const seed of [1, 2, 77]) {
      const hash = simulationHash(simulate({ seed }).events);
      expect(simulationHash(simulate({ seed }).events)).to.equal(hash);
      expect(simulationHash(simulate({ plan: simulationPlan(seed) }).events)).to.equal(hash);
      expect(simulationHash(simulate({ seed: seed + 1 }).events)).not.to.equal(hash);
    }
  });

  it('makes another run of a seed that differs above 32 bits', () => {
    expect(simulationHash(simulate({ seed: 1 + 2 ** 32 }).events)).not.to.equal(
      simulationHash(simulate({ seed: 1 }).events),
    );
    expect(simulationPlan(1 + 2 ** 32)).not.to.deep.equal({ ...simulationPlan(1 + 2 ** 33), seed: 1 + 2 ** 32 });
  });

  for (const { seed, why } of simulationCorpus)
    it(`keeps every promise with seed ${seed}: ${why}`, () => {
      expect(simulate({ seed }).violation).to.equal(undefined);
    });

  it("gives RxJS's end of a turn back", () => {
    simulate({ seed: 1 });
    expect(Object.hasOwn(asapScheduler, 'schedule')).to.equal(false);
  });
});

describe('the monitors of a simulation', () => {
  const plan: SimulationPlan = {
    ...simulationPlan(1),
    healAt: 60_000,
    ackTimeout: 10_000,
    maxRetries: 3,
    connectTimeout: 30_000,
    maxInFlight: 256,
    latency: [1, 1],
    messages: [],
    cloudMessages: [],
    store: 'none',
    frameWeight: 200,
  };
  /** Happenings, each with the time before it where it is not the same as that of the one before. */
  const history = (...worldEvents: readonly (number | WorldEvent)[]): SimulationEvent[] => {
    let at = 0;
    return worldEvents.flatMap((event) => {
      if (typeof event !== 'number') return [{ at, process: 1, ...event }];
      at = event;
      return [];
    });
  };
  const broken = (events: readonly SimulationEvent[], changed: Partial<SimulationPlan> = {}) => {
    const violation = inspectSimulation({ ...plan, ...changed }, events);
    return violation && `${violation.promise} ${violation.what}`;
  };

  const nothingElse: Partial<SimulationPlan> = {
    faults: [],
    profile: { late: 0, nack: 0, lostAck: 0, dropped: 0, doubled: 0 },
    handling: 0,
  };

  const url = 'wss://cm-0.example/ws/v7/';
  const started: WorldEvent = { kind: 'process', what: 'started' };
  const state = (name: string): WorldEvent => ({ kind: 'state', state: name, isConnected: name === 'connected' });
  const waiting = (cause: string, attempt = 1, delay = 0): WorldEvent => ({
    ...{ kind: 'state', state: 'waiting', isConnected: false },
    ...{ attempt, delay, cause },
  });
  const discovered = (...urls: readonly string[]): WorldEvent[] => [
    { kind: 'discover', url: 'https://sd' },
    { kind: 'discovered', url: 'https://sd', outcome: 'endpoints', urls },
  ];
  const dial = (link: number): WorldEvent => ({ kind: 'dial', link, url, token: '' });
  const ended = (link: number, cause = 'ConnectionLostError'): WorldEvent => ({
    ...{ kind: 'ended', link, by: 'network', cause },
  });
  const connected = (link: number): WorldEvent[] => [
    state('connecting'),
    dial(link),
    { kind: 'opened', link },
    state('connected'),
    { kind: 'noted', link },
  ];
  const online = [started, state('discovering'), ...discovered(url), ...connected(1)];
  const lost = (link: number, delay = 0): WorldEvent[] => [
    ended(link),
    waiting('ConnectionLostError', 1, delay),
    { kind: 'noted', link },
  ];
  const accepted = (txn: string, options: object = {}): WorldEvent => ({
    ...{ kind: 'accepted', txn, message: { id: 1, at: 0, ...options } },
  });
  const report = (txn: string, status: string, attempt: number, cause?: string): WorldEvent => ({
    ...{ kind: 'report', txn, status, attempt },
    ...(cause !== undefined && { cause }),
  });
  const write = (txn: string, link = 1, text = txn): WorldEvent => ({
    ...{ kind: 'write', link, frame: 'message', txn, text, buffered: 0 },
  });
  const sent = (txn: string, link = 1, attempt = 1): WorldEvent[] => [write(txn, link), report(txn, 'sent', attempt)];
  const hears = (frame: 'ack' | 'nack' | 'message', txn: string, retryAfter = 0): WorldEvent => ({
    ...{ kind: 'hears', link: 1, frame, txn, retryAfter },
  });
  const heard = (frame: 'ack' | 'nack' | 'message', txn: string): WorldEvent => ({
    kind: 'heard',
    link: 1,
    frame,
    txn,
  });
  const acknowledged = (txn: string, attempt = 1): WorldEvent[] => [
    hears('ack', txn),
    report(txn, 'acknowledged', attempt),
    heard('ack', txn),
  ];
  const unacked = (txn: string): WorldEvent[] => [
    hears('message', txn),
    { kind: 'received', txn },
    heard('message', txn),
  ];
  const ackOf = (txn: string): WorldEvent => ({
    ...{ kind: 'write', link: 1, frame: 'ack', txn, text: '', buffered: 0 },
  });
  const given = (...txns: readonly string[]): WorldEvent[] =>
    txns.flatMap((txn) => unacked(txn).toSpliced(1, 0, ackOf(txn)));
  const handling = (txn: string, what: 'begins' | 'ends' | 'fails' | 'is cut off', handler = 0): WorldEvent => ({
    ...{ kind: 'handling', txn, handler, what },
  });
  /** Handlers, and two messages for the first and one for another. */
  const handlers = (...all: readonly Partial<SimulationPlan['handlers'][number]>[]): Partial<SimulationPlan> => ({
    handlers: (all.length > 0 ? all : [{}]).map((handler) => ({
      ...{ type: 'desiredStatus', ack: 'before', takes: 50, fails: 0, hangs: 0 },
      ...handler,
    })),
    handlerTimeout: 3000,
    maxUnhandled: 256,
    cloudMessages: [1, 2, 3].map((id) => ({
      ...{ id, at: 0, copies: 1 },
      type: id === 3 ? 'overrideEnvVars' : 'desiredStatus',
    })),
  });
  const atRest = { 'connect.attempts success': 1, 'connection.count live': 1, 'queue.capacity': 10_000 };
  const fault = (kind: SimulationFault['kind'], duration = 0): WorldEvent => ({
    ...{ kind: 'fault', fault: { at: 0, kind, duration, variant: 0 } },
  });

  const good: Readonly<Record<string, readonly (number | WorldEvent)[]>> = {
    'a message that is acknowledged': [
      ...online,
      accepted('m'),
      ...sent('m'),
      5,
      ...acknowledged('m'),
      { kind: 'drained' },
    ],
    'one that gets no ack four times': [
      ...[...online, accepted('m'), ...sent('m')],
      ...[1, 2, 3].flatMap((attempt) => [
        ...[attempt * 10_000, hears('ack', 'x'), heard('ack', 'x')],
        ...[report('m', 'requeued', attempt, 'AckTimeoutError'), ...sent('m', 1, attempt + 1)],
      ]),
      ...[
        40_000,
        hears('ack', 'x'),
        heard('ack', 'x'),
        report('m', 'dropped', 4, 'AckTimeoutError'),
        { kind: 'drained' },
      ],
    ] as const,
    'a connection that is lost, and what was sent goes again': [
      ...[...online, accepted('m'), ...sent('m'), 100, ...lost(1)],
      ...[...connected(2), ...sent('m', 2, 2)],
    ],
  };
  const pong: WorldEvent = { kind: 'hears', link: 3, frame: 'pong', txn: '' };
  /** Links end on `m` twice; with `isAlone` a third time, when it was sent alone. `n` is lost with the last of them. */
  const withSuspect = (isAlone: boolean): (number | WorldEvent)[] => [
    ...[...online, accepted('m'), ...sent('m'), ...lost(1), report('m', 'requeued', 1)],
    ...[...connected(2), ...sent('m', 2, 2), ...(isAlone ? [] : [accepted('n'), ...sent('n', 2)])],
    ...[...lost(2), report('m', 'requeued', 2), ...(isAlone ? [] : [report('n', 'requeued', 1)])],
    ...(isAlone
      ? [
          ...[...connected(3), 5000, pong, ...sent('m', 3, 3), ...lost(3), report('m', 'requeued', 3)],
          ...[...connected(4), accepted('n'), ...sent('n', 4), ...lost(4), report('n', 'requeued', 1), ...connected(5)],
        ]
      : connected(3)),
  ];
  it('let a message wait behind one that links ended on, until one has ended on it alone', () => {
    const tick: WorldEvent = { kind: 'tick' };
    expect(broken(history(...withSuspect(false), 101, tick))).to.equal(undefined);
    expect(broken(history(...withSuspect(true), 5101, tick))).to.equal(
      'D5 n was not sent again within 100 ms of the opening',
    );
  });

  it('let no message wait that is before one that links ended on', () => {
    const events = [
      ...[...online, accepted('m'), ...sent('m'), ...lost(1), report('m', 'requeued', 1)],
      ...[...connected(2), ...sent('m', 2, 2), accepted('n', { lane: 'urgent' }), ...sent('n', 2)],
      ...[...lost(2), report('m', 'requeued', 2), report('n', 'requeued', 1), ...connected(3)],
    ];
    expect(broken(history(...events, 101, { kind: 'tick' }))).to.equal(
      'D5 n was not sent again within 100 ms of the opening',
    );
  });

  for (const [name, events] of Object.entries(good))
    it(`find nothing wrong with ${name}`, () => {
      expect(broken(history(...events))).to.equal(undefined);
    });

  const bad: Readonly<Record<string, readonly [string, readonly (number | WorldEvent)[], Partial<SimulationPlan>?]>> = {
    'a message without a fate': ['D1 no fate for m', [...online, accepted('m'), { kind: 'drained' }]],
    'a message with two fates': [
      'D1 m is dropped after it was acknowledged',
      [...online, accepted('m'), ...sent('m'), ...acknowledged('m'), report('m', 'dropped', 1, 'AckTimeoutError')],
    ],
    'an acknowledgement out of nothing': [
      'D1 m is acknowledged, and no ack was there',
      [...online, accepted('m'), ...sent('m'), report('m', 'acknowledged', 1)],
    ],
    'a ttl that is over too soon': [
      'D1 m expired before its time',
      [...online, accepted('m', { ttl: 500 }), 499, report('m', 'dropped', 0, 'ExpiredError')],
    ],
    'a message that is refused': [
      'D1 message 1 was refused: Error',
      [...online, { kind: 'refused', message: { id: 1, at: 0 }, cause: 'Error' }],
    ],
    'messages that do not drain': [
      'D2 not drained 60000 ms after the healing: m',
      [...online, accepted('m'), 60_000, { kind: 'healed' }, 120_000, { kind: 'tick' }],
    ],
    'other bytes': ['D3 m goes again with other bytes', [...online, accepted('m'), write('m'), write('m', 1, 'other')]],
    'a message that goes again after its ack': [
      'D3 m is written after it was acknowledged',
      [...online, accepted('m'), ...sent('m'), ...acknowledged('m'), write('m')],
    ],
    'a message that nobody sent': ['D3 m is written, and was never accepted', [...online, write('m')]],
    'a timeout that comes too early': [
      'D4 m timed out 9999 ms after its write, not 10000',
      [...online, accepted('m'), ...sent('m'), 9999, report('m', 'requeued', 1, 'AckTimeoutError')],
    ],
    'a timeout on a link that is silent': [
      'D4 m timed out on a link on which nothing was heard since',
      [...online, accepted('m'), ...sent('m'), 10_000, report('m', 'requeued', 1, 'AckTimeoutError')],
    ],
    'a timeout without a link': [
      'D4 m timed out on a link that is gone',
      [...online, accepted('m'), ...sent('m'), ...lost(1), 10_000, report('m', 'requeued', 1, 'AckTimeoutError')],
    ],
    'a retry too few': [
      'D4 m is dropped after 0 retries, not 3',
      [...online, accepted('m'), ...sent('m'), 10_000, report('m', 'dropped', 1, 'AckTimeoutError')],
    ],
    'a wrong count': ['D4 m counts 2 transmissions, and there were 1', [...online, accepted('m'), ...sent('m', 1, 2)]],
    'newer messages before older ones': [
      'D5 n is sent before m, which was sent on the connection before',
      [...online, accepted('m'), ...sent('m'), ...lost(1), accepted('n'), ...connected(2), write('n', 2)],
    ],
    'another order than before': [
      'D5 m is sent again out of order',
      [
        ...online,
        accepted('m'),
        accepted('n'),
        ...sent('m'),
        ...sent('n'),
        ...lost(1),
        ...connected(2),
        write('n', 2),
        write('m', 2),
      ],
    ],
    'a message that does not go again at once': [
      'D5 m was not sent again within 100 ms of the opening',
      [
        ...[...online, accepted('m'), ...sent('m'), ...lost(1), report('m', 'requeued', 1), ...connected(2)],
        ...[101, { kind: 'tick' } as const],
      ],
    ],
    'a nack that is forgotten': [
      'D6 the nack for m went unheard',
      [...online, accepted('m'), ...sent('m'), hears('nack', 'm', 500), heard('nack', 'm')],
    ],
    'a wait that is cut short': [
      'D6 m goes again 1 ms before its time',
      [
        ...[...online, accepted('m'), ...sent('m'), hears('nack', 'm', 500)],
        ...[report('m', 'requeued', 1, 'NackError'), heard('nack', 'm'), 499, write('m')],
      ],
    ],
    'a wait that is too long': [
      'D6 m was refused until 500 ms and did not go again by then',
      [
        ...[...online, accepted('m'), ...sent('m'), hears('nack', 'm', 500)],
        ...[report('m', 'requeued', 1, 'NackError'), heard('nack', 'm'), 601, { kind: 'tick' } as const],
      ],
    ],
    'an ack that settles nothing': [
      'D7 the ack for m settled nothing',
      [...online, accepted('m'), ...sent('m'), hears('ack', 'm'), heard('ack', 'm')],
    ],
    'a message that the store has lost': [
      'D8 m was on disk, and is lost',
      [
        ...[...online, accepted('m'), report('m', 'queued', 0), { kind: 'process', what: 'crashed' } as const],
        ...[started, { kind: 'restored', txns: [] } as const],
      ],
      { store: 'slow' },
    ],
    'a message that comes back after its fate': [
      'D8 m comes back after its fate was reported',
      [
        ...[...online, accepted('m'), report('m', 'queued', 0), ...sent('m'), ...acknowledged('m')],
        ...[{ kind: 'process', what: 'stopping' } as const, ended(1), state('stopped')],
        ...[{ kind: 'process', what: 'gone', left: 0 } as const, started, { kind: 'restored', txns: ['m'] } as const],
      ],
      { store: 'slow' },
    ],
    'a newer message before an older one of its lane': [
      'D5a m is sent after a later one',
      [...online, accepted('m'), accepted('n'), ...sent('n'), ...sent('m')],
    ],
    'a message of an earlier process after a newer one': [
      'D5a m is sent after a later one',
      [...online, { kind: 'restored', txns: ['m'] }, accepted('n'), ...sent('n'), ...sent('m')],
      { faults: [] },
    ],
    'a lane that waits for a later one': [
      'D5a n is sent before m, whose lane goes first',
      [
        ...[started, state('discovering'), ...discovered(url), accepted('m'), report('m', 'queued', 0)],
        ...[accepted('n', { lane: 'bulk' }), report('n', 'queued', 0), 1, ...connected(1), write('n')],
      ],
    ],
    'a message that outlives its ttl': [
      'D1a m is queued after its ttl of 500 ms',
      [started, accepted('m', { ttl: 500 }), report('m', 'queued', 0), 601, { kind: 'tick' }],
    ],
    'a silent link that is kept': [
      'L2 link 1 is silent for 15100 ms, and is kept',
      [...online, accepted('m'), ...sent('m'), 15_101, { kind: 'tick' }],
    ],
    'a link without pings that is kept': [
      'L2 link 1 is without a ping for 10100 ms, and is kept',
      [
        ...online,
        ...[2000, 4000, 6000, 8000].flatMap((at) => [at, { ...hears('ack', ''), frame: 'ping' } as const]),
        ...[18_101, { kind: 'tick' } as const],
      ],
      { pingInterval: 2000, faults: [] },
    ],
    'a message that is sent before it is on disk': [
      'D8 m is sent before it is on disk',
      [...online, accepted('m'), ...sent('m')],
      { store: 'slow', faults: [] },
    ],
    'a cycle that goes on after a connection that has lasted': [
      'L6a waits for attempt 2, and it is 1',
      [...online, 5000, ended(1), waiting('ConnectionLostError', 2, 1000)],
      { backoff: 'aos', nextRequestDelay: 0, faults: [] },
    ],
    'a wait after a connection that has lasted': [
      'L6a waits 1 ms before attempt 1, and not 0 to 0',
      [...online, 5000, ended(1), waiting('ConnectionLostError', 1, 1)],
      { backoff: 'aos', nextRequestDelay: 0, faults: [] },
    ],
    'an attempt that is left out': [
      'L6a waits for attempt 3, and it is 2',
      [started, state('discovering'), waiting('DiscoveryError', 3)],
    ],
    'a wait that is shorter than that of the backoff': [
      'L6a waits 999 ms before attempt 2, and not 1000 to 10000',
      [started, state('discovering'), waiting('DiscoveryError', 2, 999)],
      { backoff: 'aos', nextRequestDelay: 0, faults: [] },
    ],
    'a wait that is longer than that of the backoff': [
      'L6a waits 10001 ms before attempt 2, and not 1000 to 10000',
      [started, state('discovering'), waiting('DiscoveryError', 2, 10_001)],
      { backoff: 'aos', nextRequestDelay: 0, faults: [] },
    ],
    'a wait that the first delay of the cloud does not make longer': [
      'L6a waits 1000 ms before attempt 2, and not 3000 to 10000',
      [started, state('discovering'), ...discovered(url), waiting('AllEndpointsFailedError', 2, 1000)],
      { backoff: 'aos', nextRequestDelay: 3000, faults: [] },
    ],
    'a wait of a fleet that is too short': [
      'L6a waits 999 ms before attempt 2, and not 1000 to 10000',
      [started, state('discovering'), waiting('DiscoveryError', 2, 999)],
      { backoff: 'fleet', nextRequestDelay: 0, faults: [] },
    ],
    'a wait of a fleet that is more than three times the one before': [
      'L6a waits 18001 ms before attempt 3, and not 1000 to 18000',
      [
        ...[started, state('discovering'), waiting('DiscoveryError', 2, 6000), 6000, state('discovering')],
        waiting('DiscoveryError', 3, 18_001),
      ],
      { backoff: 'fleet', nextRequestDelay: 0, faults: [] },
    ],
    'an attempt before its wait is over': [
      'L6a tries before its wait is over',
      [started, state('discovering'), waiting('DiscoveryError', 2, 1000), 999, ...discovered(url)],
      { backoff: 'aos', nextRequestDelay: 0, faults: [] },
    ],
    'a wait that nothing follows': [
      'L6a waited for 1000 ms, and nothing was tried after it',
      [started, state('discovering'), waiting('DiscoveryError', 2, 1000), 1006, { kind: 'tick' }],
      { backoff: 'aos', nextRequestDelay: 0, faults: [] },
    ],
    'more messages in flight than allowed': [
      'R1 2 messages are in flight, and not 1',
      [...online, accepted('m'), accepted('n'), ...sent('m'), ...sent('n')],
      { maxInFlight: 1 },
    ],
    'a message on top of too many bytes': [
      'R1 m is written behind 1048577 bytes',
      [
        ...online,
        accepted('m'),
        { ...{ kind: 'write', link: 1, frame: 'message' }, txn: 'm', text: 'm', buffered: 1_048_577 },
      ],
    ],
    'a message of the cloud that is not acked': [
      'D9 c was not acked',
      [...online, hears('message', 'c'), { kind: 'received', txn: 'c' }, heard('message', 'c')],
    ],
    'a message of the cloud that comes twice': [
      'D9 c was given to the app twice',
      [...online, { kind: 'received', txn: 'c' }, { kind: 'received', txn: 'c' }],
    ],
    'a message that is acked before it was handled': [
      'D9 cloud-1 is acked, and was not handled',
      [...online, ...unacked('cloud-1'), ackOf('cloud-1')],
      handlers({ ack: 'after' }),
    ],
    'a message that is handled and not acked': [
      'D9 cloud-1 was handled, and not acked',
      [
        ...[...online, ...unacked('cloud-1'), handling('cloud-1', 'begins'), 5, handling('cloud-1', 'ends')],
        ...[2000, { kind: 'tick' } as const],
      ],
      handlers({ ack: 'after' }),
    ],
    'a message that comes before its turn to a handler': [
      'handlers handler 0 begins on cloud-2, and it is the turn of cloud-1',
      [...online, ...given('cloud-1', 'cloud-2'), handling('cloud-2', 'begins')],
      handlers(),
    ],
    'two handlers of one type at a time': [
      'handlers handler 1 begins on cloud-1, and it is the turn of cloud-1',
      [...online, ...given('cloud-1'), handling('cloud-1', 'begins'), handling('cloud-1', 'begins', 1)],
      handlers({}, {}),
    ],
    'too many handlers at a time': [
      'handlers 2 handlers run at a time',
      [
        ...[...online, ...given('cloud-1', 'cloud-3'), handling('cloud-1', 'begins')],
        ...[999, handling('cloud-3', 'begins', 1)],
      ],
      { ...handlers({}, { type: 'overrideEnvVars' }), concurrency: 1 },
    ],
    'a handler that is cut off too soon': [
      'handlers handler 0 is cut off on cloud-1 after 2999 ms',
      [...online, ...given('cloud-1'), handling('cloud-1', 'begins'), 2999, handling('cloud-1', 'is cut off')],
      handlers(),
    ],
    'a handler that is not cut off': [
      'handlers a handler of desiredStatus is not cut off',
      [...online, ...given('cloud-1'), handling('cloud-1', 'begins'), 3201, { kind: 'tick' }],
      handlers(),
    ],
    'a handler that failed in silence': [
      'handlers 1 handlers that failed were not reported',
      [
        ...[...online, ...given('cloud-1'), handling('cloud-1', 'begins'), handling('cloud-1', 'fails')],
        { kind: 'tick' },
      ],
      handlers(),
    ],
    'a message that waits for its handler without reason': [
      'handlers cloud-1 waits for its handler without reason',
      [...online, ...given('cloud-1'), 1200, { kind: 'tick' }],
      handlers(),
    ],
    'an app that is too far behind, and a link that is read': [
      'handlers 2 messages are unhandled, and link 1 is read',
      [...online, ...given('cloud-1', 'cloud-2')],
      { ...handlers(), maxUnhandled: 1 },
    ],
    'a count that is wrong': [
      'metrics acked.messages is 0, and not 1',
      [
        ...[...online, accepted('m'), ...sent('m'), ...acknowledged('m')],
        { kind: 'measured', values: { 'sent.messages alerts': 1, 'connect.attempts success': 1 } },
      ],
    ],
    'a count of what did not happen': [
      'metrics dropped.messages alerts full is 1, and nothing of it happened',
      [...online, { kind: 'measured', values: { ...atRest, 'dropped.messages alerts full': 1 } }],
    ],
    'a discovery URL that failed and is asked first': [
      'L4 asks https://sd-0.example/sd/v7/, and it is the turn of https://sd-1.example/sd/v7/',
      [
        ...[started, state('discovering'), { kind: 'discover', url: 'https://sd-0.example/sd/v7/' } as const],
        ...[waiting('DiscoveryError', 2, 1000), 1000, state('discovering')],
        { kind: 'discover', url: 'https://sd-0.example/sd/v7/' },
      ],
      { discoveryUrls: 2, faults: [], backoff: 'aos', nextRequestDelay: 0 },
    ],
    'a discovery while endpoints are left': [
      `L4 discovers, and has not tried ${url}`,
      [started, state('discovering'), ...discovered(url), ...discovered(url)],
    ],
    'an endpoint out of turn': [
      `L4 dials ${url}, and it is the turn of wss://other`,
      [started, state('discovering'), ...discovered('wss://other', url), dial(1)],
    ],
    'a token that was refused': [
      `L4 dials ${url} with a token that was refused`,
      [started, state('discovering'), ...discovered(url), dial(1), ended(1, 'UnauthorizedError'), dial(2)],
    ],
    'a first 401 that is waited for': [
      'L4 waits after a first 401, and does not discover at once',
      [
        ...[started, state('discovering'), ...discovered(url), dial(1), ended(1, 'UnauthorizedError')],
        waiting('UnauthorizedError'),
      ],
    ],
    'a second 401 that is not': [
      'L4 discovers again after a second 401, without a wait',
      [
        ...[started, state('discovering'), ...discovered(url), dial(1), ended(1, 'UnauthorizedError')],
        ...[...discovered(url), dial(2), ended(2, 'UnauthorizedError'), ...discovered(url)],
      ],
    ],
    'two links at once': ['L5 dials link 2, and has link 1', [...online, dial(2)]],
    'a dial after the stop': [
      'L5 dials after it was stopped',
      [started, state('discovering'), ...discovered(url), state('stopped'), dial(1)],
    ],
    'a stop that takes too long': [
      'L5 is not stopped after 2300 ms',
      [...online, { kind: 'process', what: 'stopping' }, 2301, { kind: 'tick' }],
    ],
    'timers that are left': [
      'L5 has 1 timers after it was stopped',
      [started, state('stopped'), { kind: 'process', what: 'gone', left: 1 }],
    ],
    'a link that is left': [
      'L5 has a connection after it was stopped',
      [...online, { kind: 'process', what: 'gone', left: 0 }],
    ],
    'a write to a link that is over': [
      'L5 writes to link 1, which is over',
      [...online, accepted('m'), ...lost(1), write('m')],
    ],
    'a state that is told twice': ['L7 goes from connected to connected', [...online, state('connected')]],
    'a step that is left out': ['L7 goes from waiting to connected', [...online, ...lost(1), state('connected')]],
    'a connection that is claimed': [
      'L7 says that it is connected, and no link is open',
      [started, state('discovering'), state('connecting'), state('connected')],
    ],
    'an end that is not told': [
      'L7 is connected while link 1 is at its end',
      [...online, ended(1), { kind: 'noted', link: 1 }],
    ],
    'isConnected that says otherwise': [
      'L7 isConnected is true when discovering',
      [started, { kind: 'state', state: 'discovering', isConnected: true }],
    ],
    'a listener that is left out': [
      'listeners listener 2 was not told of the connection before the connection went on',
      [
        ...[started, ...[1, 2].map((listener): WorldEvent => ({ kind: 'listening', listener, listens: true }))],
        ...[
          state('discovering'),
          ...discovered(url),
          state('connecting'),
          dial(1),
          { kind: 'opened', link: 1 } as const,
        ],
        ...[state('connected'), { kind: 'told', listener: 1, of: 'onConnect', isConnected: true } as const],
        { kind: 'noted', link: 1 },
      ],
    ],
    'listeners in another order': [
      'listeners listener 2 was told, and not 1',
      [
        ...[started, ...[1, 2].map((listener): WorldEvent => ({ kind: 'listening', listener, listens: true }))],
        ...[
          state('discovering'),
          ...discovered(url),
          state('connecting'),
          dial(1),
          { kind: 'opened', link: 1 } as const,
        ],
        ...[state('connected'), { kind: 'told', listener: 2, of: 'onConnect', isConnected: true } as const],
      ],
    ],
    'a message that links fell silent on, and that was dropped for want of an ack': [
      'D6c links fell silent on m, and it was dropped for AckTimeoutError',
      [
        ...[...online, accepted('m', { hang: 'silence' }), ...sent('m')],
        ...[70_000, report('m', 'dropped', 1, 'AckTimeoutError')],
      ],
      { ...nothingElse, messages: [{ id: 1, at: 0, hang: 'silence' }], maxRetries: 0 },
    ],
    'a message that links fell silent on, and that was dropped too soon': [
      'D6c m was given up after 1 transmissions',
      [
        ...[...online, accepted('m', { hang: 'silence' }), ...sent('m')],
        ...[...lost(1), report('m', 'dropped', 1, 'UndeliverableError')],
      ],
      { ...nothingElse, messages: [{ id: 1, at: 0, hang: 'silence' }] },
    ],
    'a message that waits for one that the cloud hangs on': [
      'D6c n is not settled after 90001 ms with a link',
      [...online, accepted('m', { hang: 'silence' }), accepted('n'), 90_001, { kind: 'tick' }],
      { ...nothingElse, messages: [{ id: 1, at: 0, hang: 'silence' }] },
    ],
    'connections in a hot loop': [
      'L5a 13 connections within a minute',
      [
        ...online,
        ...Array.from({ length: 12 }, (_, n) => [1000 * (n + 1), ...lost(n + 1), ...connected(n + 2)]).flat(),
      ],
    ],
    'a fault of the library': ['no faults unitlink itself', [...online, { kind: 'failure', where: 'unitlink itself' }]],
  };
  for (const [name, [what, events, changed]] of Object.entries(bad))
    it(`find ${name}`, () => {
      expect(broken(history(...events), changed)).to.equal(what);
    });

  it('give a process that stands still its time', () => {
    const events = [...online, accepted('m'), ...sent('m'), ...lost(1), report('m', 'requeued', 1), ...connected(2)];
    const frozen = history(...events, fault('freeze', 5000), 5000, { kind: 'tick' }, 5050, write('m', 2));
    expect(broken(frozen)).to.equal(undefined);
    expect(broken([...frozen.slice(0, -1), ...history(5101, { kind: 'tick' })])).to.match(/^D5/);
  });

  it('let a message that was refused come after the others where its time fell into a standstill', () => {
    const nacked: WorldEvent[] = [
      ...[...sent('m'), ...sent('n')],
      hears('nack', 'm', 3000),
      report('m', 'requeued', 1, 'NackError'),
      ...[heard('nack', 'm'), ...lost(1, 4000), report('n', 'requeued', 1)],
    ];
    const again = [...connected(2), write('n', 2), write('m', 2)];
    const run = (frozenFor: number) =>
      broken(
        history(...online, accepted('m'), accepted('n'), ...nacked, 1000, fault('freeze', frozenFor), 4000, ...again),
      );
    expect(run(3000)).to.equal(undefined);
    expect(run(2999)).to.equal('D5 m is sent again out of order');
  });
});

describe('shrinkSimulation', () => {
  it('leaves what is needed to break the promise, and no more', () => {
    const plan = simulationPlan(3);
    const kinds = ['reset', 'silence', 'crash', 'silence'] as const;
    const faults = kinds.map((kind, at): SimulationFault => ({ at, duration: 1, variant: 0, kind }));
    const judge = (tried: SimulationPlan) =>
      tried.faults.some(({ kind }) => kind === 'crash') && tried.messages.some(({ id }) => id === 2)
        ? { promise: 'D1', at: 0, what: '' }
        : undefined;
    const small = shrinkSimulation({ ...plan, faults }, { judge });
    expect(small.faults).to.deep.equal([{ at: 2, duration: 1, variant: 0, kind: 'crash' }]);
    expect(small.messages).to.deep.equal([{ id: 2, at: plan.messages[1]?.at }]);
    expect(small).to.include({ pingInterval: 0, store: 'none', maxInFlight: 256 });
  });

  it('keeps to the promise that was broken, and to so many tries', () => {
    const plan = simulationPlan(3);
    let tried = 0;
    const judge = ({ messages }: SimulationPlan) => {
      tried++;
      return { promise: messages.length === plan.messages.length ? 'D1' : 'D2', at: 0, what: '' };
    };
    expect(shrinkSimulation(plan, { judge }).messages).to.have.length(plan.messages.length);
    tried = 0;
    shrinkSimulation(plan, { judge, most: 7 });
    expect(tried).to.equal(8);
  });

  it('leaves a plan alone that breaks nothing', () => {
    const plan = simulationPlan(1);
    expect(shrinkSimulation(plan)).to.equal(plan);
  });
});

describe('simulationTimeline', () => {
  it('has a line for what happens, with its time and process', () => {
    const lines = simulationTimeline(simulate({ seed: 1 }).events).split('\n');
    expect(lines[0]).to.equal('    0.000  p1  -- the process is started');
    expect(lines.at(-1)).to.match(/^ +\d+\.\d{3} {2}p\d+ {2}-- the process is gone$/);
    expect(lines.filter((line) => line.includes('undefined'))).to.deep.equal([]);
  });
});
