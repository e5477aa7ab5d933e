import { expect } from 'chai';
import { concat, delay, EMPTY, mergeMap, of, type Observable } from 'rxjs';
import { graphqlTransport, type GraphqlTransportOptions, type Wire } from '../../../lib/dashboard/index.js';
import { AppError } from '../../../lib/errors.js';
import { virtualWebSocket, type VirtualDial } from '../../../lib/testing/virtual/web-socket.js';
import { onPage } from '../../support/virtual-page.js';

const query = 'subscription ($p: Int) { units(p: $p) }';

const wire = (options: Partial<GraphqlTransportOptions> = {}): Wire =>
  graphqlTransport({ document: (_, params) => ({ query, variables: { p: params } }), ...options }).wire({
    clientId: 'c-1',
    now: () => 1000,
  });

const subscribe = { messageType: 'subscribe', subId: 's1', gen: 1, topic: 'units', params: 7 } as const;

const written = (frames: readonly string[]): unknown[] => frames.map((frame) => JSON.parse(frame) as unknown);

/** A wire with one operation, and what it makes of the frames of a server. */
const begun = (options?: Partial<GraphqlTransportOptions>) => {
  const link = wire(options);
  link.write(subscribe);
  return {
    link,
    read: (frame: object) => link.read(JSON.stringify({ id: '1:s1', ...frame })),
    next: (data: unknown, extensions?: object) =>
      link.read(JSON.stringify({ id: '1:s1', type: 'next', payload: { data, extensions } })),
  };
};

const ids = { subId: 's1', gen: 1 };

describe('graphqlTransport', () => {
  it('asks for its subprotocol', () => {
    expect(graphqlTransport({ document: () => ({ query }) }).subprotocols).to.deep.equal(['graphql-transport-ws']);
  });

  it('begins with connection_init, with the token in its payload where there is one', () => {
    expect(JSON.parse(wire().hello('secret', undefined))).to.deep.equal({
      type: 'connection_init',
      payload: { token: 'secret' },
    });
    expect(JSON.parse(wire().hello(undefined, undefined))).to.deep.equal({ type: 'connection_init' });
    const connectionParams = (token?: string) => ({ authorization: `Bearer ${token}` });
    expect(JSON.parse(wire({ connectionParams }).hello('t', undefined))).to.deep.equal({
      type: 'connection_init',
      payload: { authorization: 'Bearer t' },
    });
  });

  it('takes connection_ack for the welcome, with what the server says of itself', () => {
    const nothing = { sessionId: undefined, serverId: undefined, heartbeatMs: undefined };
    const of = (payload: unknown) => wire().read(JSON.stringify({ type: 'connection_ack', payload }));
    expect(of(undefined)).to.deep.equal({ messageType: 'welcome', ...nothing });
    expect(of({ serverId: 'a', heartbeatMs: 'often' })).to.deep.equal({
      messageType: 'welcome',
      ...nothing,
      serverId: 'a',
    });
  });

  it('writes a subscribe as the operation of its topic, under an id made of generation and subscription', () => {
    const resume = { epoch: 'e', offset: 3 };
    expect(written(wire().write({ ...subscribe, resume, maxRateHz: 2 }))).to.deep.equal([
      { type: 'subscribe', id: '1:s1', payload: { query, variables: { p: 7 }, extensions: { resume, maxRateHz: 2 } } },
    ]);
  });

  it('asks to resume nothing from a server that gave no position', () => {
    const [frame] = written(wire().write({ ...subscribe, resume: { epoch: '', offset: 3 } }));
    expect(frame).to.have.nested.property('payload.extensions').that.deep.equals({});
  });

  it('keeps the extensions of the app, and its own', () => {
    const persistedQuery = { version: 1, sha256Hash: 'h1' };
    const document = () => ({ query: '', extensions: { persistedQuery } });
    const extensionsOf = (more: object) =>
      written(begun({ document }).link.write({ ...subscribe, ...more })).at(-1) as { payload: { extensions: object } };
    expect(extensionsOf({}).payload.extensions).to.deep.equal({ persistedQuery });
    const resume = { epoch: 'e', offset: 3 };
    expect(extensionsOf({ resume, maxRateHz: 2 }).payload.extensions).to.deep.equal({
      persistedQuery,
      resume,
      maxRateHz: 2,
    });
  });

  it('ends the operation before it begins the next generation', () => {
    const { link } = begun();
    const frames = written(link.write({ ...subscribe, gen: 2, params: 8 }));
    expect(frames.map((frame) => (frame as { type: string; id: string }).type)).to.deep.equal([
      'complete',
      'subscribe',
    ]);
    expect(frames[0]).to.deep.equal({ type: 'complete', id: '1:s1' });
    expect(frames[1]).to.include({ id: '2:s1' });
  });

  it('keeps the operation there is where none can be made of the new params', () => {
    const faults: Error[] = [];
    const { link, next } = begun({
      document: () => {
        for (const fault of faults) throw fault;
        return { query };
      },
    });
    faults.push(new Error('no such topic'));
    expect(() => link.write({ ...subscribe, gen: 2 })).to.throw(AppError, 'no such topic');
    expect(next({ units: 1 })).to.include({ messageType: 'snapshot' });
  });

  it('completes what is unsubscribed, once', () => {
    const { link } = begun();
    const unsubscribe = { messageType: 'unsubscribe', ...ids } as const;
    expect(written(link.write(unsubscribe))).to.deep.equal([{ type: 'complete', id: '1:s1' }]);
    expect(link.write(unsubscribe)).to.deep.equal([]);
  });

  it('counts what the server does not count', () => {
    const { next } = begun();
    expect([next({ units: 'a' }), next({ units: 'b' }), next({ units: 'c' })]).to.deep.equal([
      { messageType: 'snapshot', ...ids, epoch: '', offset: 0, seq: 0, asOf: 1000, payload: 'a' },
      { messageType: 'update', ...ids, seq: 1, offset: 1, ts: 1000, payload: 'b' },
      { messageType: 'update', ...ids, seq: 2, offset: 2, ts: 1000, payload: 'c' },
    ]);
  });

  it('goes by the epoch, offset, seq and time of a server that gives them', () => {
    const { next } = begun();
    expect(next({ units: 'a' }, { epoch: 'e', offset: 40, seq: 10, ts: 5 })).to.deep.equal({
      messageType: 'snapshot',
      ...ids,
      epoch: 'e',
      offset: 40,
      seq: 0,
      asOf: 5,
      payload: 'a',
    });
    const update = { messageType: 'update', ...ids, payload: 'b' };
    expect(next({ units: 'b' }, { offset: 44, seq: 11, ts: 6 })).to.deep.equal({
      ...update,
      seq: 1,
      offset: 44,
      ts: 6,
    });
    expect(next({ units: 'b' }, { offset: 46, seq: 13, ts: 7 })).to.deep.equal({
      ...update,
      seq: 3,
      offset: 46,
      ts: 7,
    });
  });

  it('takes a first next that says resumed for the word that nothing is lost', () => {
    const { next } = begun();
    expect(next({ units: null }, { epoch: 'e', offset: 40, resumed: 1 })).to.deep.equal({
      messageType: 'resumed',
      ...ids,
      epoch: 'e',
      offset: 40,
      count: 1,
    });
    expect(next({ units: 'b' }, { offset: 41 })).to.include({
      messageType: 'update',
      seq: 1,
      offset: 41,
      payload: 'b',
    });
  });

  it('gives the fold the root field, all of several, or what the app makes of the data', () => {
    expect(begun().next({ a: 1, b: 2 })).to.deep.include({ payload: { a: 1, b: 2 } });
    const payload = (data: object, topic: string) => ({ topic, ...data });
    expect(begun({ payload }).next({ a: 1 })).to.deep.include({ payload: { topic: 'units', a: 1 } });
  });

  it('reports a next without a payload, and data that the app cannot make a payload of, to the one operation', () => {
    const misfit = { messageType: 'misfit', ...ids };
    for (const payload of [undefined, null, 'text', []])
      expect(begun().read({ type: 'next', payload })).to.deep.include({ ...misfit, path: 'next/payload' });
    const cause = new Error('no such member');
    const payload = () => {
      throw cause;
    };
    expect(begun({ payload }).next({ a: 1 })).to.deep.equal({ ...misfit, path: 'next/payload/data', cause });
  });

  it('ends with the first error of a refused operation, by its own code and wait', () => {
    const ended = { messageType: 'ended', ...ids };
    expect(begun().read({ type: 'error', payload: [{ message: 'no' }] })).to.deep.equal({
      ...ended,
      code: 'failed',
      reason: 'no',
      retryAfter: undefined,
    });
    const extensions = { code: 'LIMIT', retryAfter: 70 };
    expect(begun().read({ type: 'error', payload: [{ message: 'no', extensions }] })).to.deep.equal({
      ...ended,
      code: 'LIMIT',
      reason: 'no',
      retryAfter: 70,
    });
  });

  it('ends with a result without data, to be tried again', () => {
    const { read } = begun();
    const payload = { data: { units: null }, errors: [{ message: 'the source is down' }] };
    expect(read({ type: 'next', payload })).to.deep.equal({
      messageType: 'ended',
      ...ids,
      code: 'failed',
      reason: 'the source is down',
      retryAfter: 500,
    });
  });

  it('ends with complete', () => {
    expect(begun().read({ type: 'complete' })).to.include({ messageType: 'ended', code: 'complete' });
  });

  it('says nothing of operations that are over', () => {
    const { link, next, read } = begun();
    link.write({ ...subscribe, gen: 2 });
    expect(next({ units: 'late' })).to.equal(undefined);
    expect(read({ type: 'complete' })).to.equal(undefined);
    expect(link.read(JSON.stringify({ type: 'next', id: '2:s1', payload: { data: { units: 1 } } }))).to.include({
      gen: 2,
      payload: 1,
    });
  });

  it('pings and answers pings', () => {
    const link = wire();
    expect(link.read('{"type":"ping"}')).to.deep.equal({ messageType: 'ping', t: 0 });
    expect(link.read('{"type":"pong","payload":{"x":1}}')).to.deep.equal({ messageType: 'pong', t: 0 });
    expect(link.write({ messageType: 'ping', t: 5 })).to.deep.equal(['{"type":"ping"}']);
    expect(link.write({ messageType: 'pong', t: 5 })).to.deep.equal(['{"type":"pong"}']);
  });

  it('has no word for link reports', () => {
    expect(wire().write({ messageType: 'linkReport', detectedBy: 'close' })).to.deep.equal([]);
  });

  it('reads nothing out of what it cannot read', () => {
    const { link } = begun();
    for (const frame of ['{"type":"next"}', '{"type":"hello"}', '{"id":"1:s1"}'])
      expect(link.read(frame), frame).to.equal(undefined);
    for (const frame of ['', '{', '[]', 'null', '7'])
      expect(link.read(frame), frame).to.include({ messageType: 'misfit', path: 'frame', subId: undefined });
    for (const payload of [undefined, null, [null], [7], [{ message: 7, extensions: 7 }]])
      expect(begun().read({ type: 'error', payload })).to.include({ code: 'failed', reason: undefined });
  });

  it('finds whom a frame is about by its beginning', () => {
    const link = wire();
    expect(link.about('{"id":"12:s1","type":"next","payl')).to.deep.equal({ subId: 's1', gen: 12 });
    expect(link.about('{"type":"next","payload":{"data":')).to.equal(undefined);
  });
});

describe('a dashboard over graphql-transport-ws on virtual time', () => {
  onPage('finds by a ping every 15 s that nobody is there, and replaces the link 5 s later', (page) => {
    const said: string[] = [];
    let silentFrom = Infinity;
    const accept = ({ received$ }: VirtualDial) => {
      const openedAt = page.now;
      const answer = (frame: string): Observable<string> => {
        const { type, id } = JSON.parse(frame) as { readonly type: string; readonly id?: string };
        said.push(`${page.now} ${type}`);
        if (page.now >= silentFrom && openedAt < silentFrom) return EMPTY;
        if (type === 'connection_init') return of('{"type":"connection_ack"}');
        if (type === 'ping') return of('{"type":"pong"}');
        return type === 'subscribe' ? of(`{"id":"${id}","type":"next","payload":{"data":{"units":1}}}`) : EMPTY;
      };
      return concat(of('open'), received$.pipe(mergeMap(answer)));
    };
    const { scheduler } = page;
    const codec = graphqlTransport({ document: () => ({ query }) });
    const dashboard = page.connect({ codec, WebSocket: virtualWebSocket(accept, { scheduler }) });
    const widget = page.show(dashboard, 'units');
    page.at(20_000, () => (silentFrom = 20_000));
    page.pass(40_000);
    expect(said).to.deep.equal([
      '0 connection_init',
      '0 subscribe',
      '15000 ping',
      '30000 ping',
      '35000 connection_init',
      '35000 subscribe',
    ]);
    expect(page.history).to.deep.equal(['0 stopped', '0 connecting', '0 live', '35000 suspect', '35000 live']);
    expect(widget.statuses).to.deep.equal(['0 stale', '0 resyncing', '0 fresh']);
    expect(page.health.flatMap(({ repaired }) => repaired)).to.deep.equal([]);
  });

  onPage('waits for the first value of a subscription as long as it takes', (page) => {
    const said: string[] = [];
    const accept = ({ received$ }: VirtualDial) =>
      concat(
        of('open'),
        received$.pipe(
          mergeMap((frame) => {
            const { type } = JSON.parse(frame) as { readonly type: string };
            said.push(type);
            if (type === 'ping') return of('{"type":"pong"}');
            if (type === 'connection_init') return of('{"type":"connection_ack"}');
            return of('{"id":"1:s1","type":"next","payload":{"data":{"units":1}}}').pipe(
              delay(100_000, page.scheduler),
            );
          }),
        ),
      );
    const { scheduler } = page;
    const codec = graphqlTransport({ document: () => ({ query }) });
    const dashboard = page.connect({ codec, WebSocket: virtualWebSocket(accept, { scheduler }) });
    const widget = page.show(dashboard, 'units');
    page.pass(120_000);
    expect(widget.statuses).to.deep.equal(['0 stale', '0 resyncing', '2000 stale', '100000 fresh']);
    expect(said.filter((type) => type === 'subscribe')).to.have.length(1);
  });
});
