import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { Socket as TcpSocket } from 'node:net';
import { inspect } from 'node:util';
import { expect } from 'chai';
import { filter, ReplaySubject, Subscription } from 'rxjs';
import { spy } from 'sinon';
import { ConnectError, UnauthorizedError, type UnitlinkError } from '../../lib/errors.js';
import { createAuthority } from '../../lib/testing/cloud/authority.js';
import { startCloud } from '../../lib/testing/cloud/start-cloud.js';
import { openSocket, type OpenSocketOptions } from '../../lib/transport/open-socket.js';
import type { Socket, SocketRequest } from '../../lib/transport/types.js';
import { startTlsServer } from '../support/tls-server.js';
import { until, untilAll } from '../support/until.js';
import { startSocketServer, type SocketServer } from '../support/web-socket-server.js';

const failureOf = async (request: SocketRequest, options?: OpenSocketOptions): Promise<UnitlinkError> => {
  try {
    await until(openSocket(request, options));
  } catch (error) {
    return error as UnitlinkError;
  }
  throw new Error('the socket has opened');
};

describe('openSocket', () => {
  let server: SocketServer;
  let open: Subscription;

  const connect = async (request = server.request, options?: OpenSocketOptions): Promise<Socket> => {
    const socket$ = new ReplaySubject<Socket>(1);
    open.add(openSocket(request, options).subscribe(socket$));
    return until(socket$);
  };

  beforeEach(async () => {
    server = await startSocketServer();
    open = new Subscription();
  });

  afterEach(async () => {
    open.unsubscribe();
    await server[Symbol.asyncDispose]();
  });

  it('asks for an upgrade with the bearer token, and offers neither compression nor a subprotocol', async () => {
    await connect();
    const { request } = await server.accepted();
    expect(request.headers).to.include({ authorization: 'Bearer token', 'sec-websocket-version': '13' });
    expect(request.headers).not.to.have.any.keys('sec-websocket-extensions', 'sec-websocket-protocol', 'cookie');
    expect(request.url).to.equal('/ws/v7/');
  });

  it('sends an empty bearer where there is no token', async () => {
    await connect({ ...server.request, token: '' });
    expect((await server.accepted()).request.headers.authorization).to.match(/^Bearer ?$/);
  });

  it('shows the certificate of the unit, and resumes no TLS session', async () => {
    await connect();
    await connect();
    const renewed = await server.tls.authority.issue({ commonName: 'unit-1' });
    await connect({ ...server.request, credentials: { ...server.request.credentials, ...renewed } });
    const accepted = [await server.accepted(), await server.accepted(), await server.accepted()];
    expect(accepted.map(({ tls }) => tls.getPeerCertificate().subject.CN)).to.deep.equal(Array(3).fill('unit-1'));
    expect(accepted.map(({ tls }) => tls.isSessionReused())).to.deep.equal([false, false, false]);
    expect(accepted[2]?.tls.getPeerCertificate().serialNumber).to.equal(renewed.serial);
  });

  it('dials once for each subscriber, and not before', async () => {
    const socket$ = openSocket(server.request);
    const opened = [until(socket$), until(socket$)];
    await Promise.all(opened);
    expect(await untilAll(2, server.accepted$)).to.have.length(2);
  });

  it('shows its URL without the query', async () => {
    const socket = await connect({ ...server.request, url: `${server.request.url}?token=secret` });
    expect(socket.url).to.equal(server.request.url);
  });

  it('sends binary frames of UTF-8', async () => {
    const socket = await connect();
    const { webSocket } = await server.accepted();
    const received = once(webSocket, 'message') as Promise<[Buffer, boolean]>;
    socket.send('{"text":"Ä €"}');
    const [bytes, isBinary] = await received;
    expect([bytes.toString('utf8'), isBinary]).to.deep.equal(['{"text":"Ä €"}', true]);
  });

  it('emits binary frames as they come, and text for a text frame', async () => {
    const socket = await connect();
    const { webSocket } = await server.accepted();
    const frames = untilAll(3, socket.frame$);
    webSocket.send(Buffer.from([1, 2, 3]));
    webSocket.send('a text');
    webSocket.send(Buffer.from(''));
    expect(await frames).to.deep.equal([Buffer.from([1, 2, 3]), 'text', Buffer.from('')]);
  });

  it('reads a frame as large as it may be', async () => {
    const socket = await connect(server.request, { maxPayload: 1024 });
    const frame = until(socket.frame$);
    const bytes = randomBytes(1024);
    (await server.accepted()).webSocket.send(bytes);
    expect(Buffer.compare((await frame) as Buffer, bytes)).to.equal(0);
  });

  it('answers a ping at once with its payload, and shows it as activity', async () => {
    const socket = await connect();
    const { webSocket } = await server.accepted();
    const activity = untilAll(2, socket.activity$);
    const pong = once(webSocket, 'pong') as Promise<[Buffer]>;
    webSocket.ping('are you there?');
    const [payload] = await pong;
    expect(payload.toString()).to.equal('are you there?');
    expect(await activity).to.deep.equal(['ping', 'bytes']);
  });

  it('answers a hundred pings that came in one write', async () => {
    await connect();
    const { webSocket, tls } = await server.accepted();
    let pongs = 0;
    const answered = new Promise<void>((resolve) => {
      webSocket.on('pong', () => {
        if (++pongs === 100) resolve();
      });
    });
    tls.write(Buffer.concat(Array.from({ length: 100 }, () => Buffer.from([0x89, 0x01, 0x61]))));
    await answered;
    expect(pongs).to.equal(100);
  });

  it('writes what is sent for the messages of one read together, behind it the answer to a ping and to a close', async () => {
    const socket = await connect();
    const { webSocket, tls } = await server.accepted();
    const seen: string[] = [];
    webSocket.on('message', (frame: Buffer) => seen.push(frame.toString()));
    webSocket.on('pong', () => seen.push('pong'));
    const closed = once(webSocket, 'close');
    open.add(
      socket.frame$.subscribe((frame) => {
        if (frame !== 'text') socket.send(`ack ${Buffer.from(frame).toString()}`);
      }),
    );
    const writes = spy(TcpSocket.prototype, 'write');
    try {
      // "a", "b", a ping, "c", "d", a close: in one write, which is one read.
      tls.write(Buffer.from('820161' + '820162' + '8900' + '820163' + '820164' + '880203e8', 'hex'));
      await closed;
    } finally {
      writes.restore();
    }
    expect(seen).to.deep.equal(['ack a', 'ack b', 'pong', 'ack c', 'ack d']);
    const acks = writes.args.filter(([chunk]) => chunk instanceof Uint8Array && chunk.length === 2 * (2 + 4 + 5));
    expect(acks).to.have.length(2);
  });

  it('sends a ping when told to', async () => {
    const socket = await connect();
    const { webSocket } = await server.accepted();
    const ping = once(webSocket, 'ping');
    socket.ping();
    await ping;
  });

  it('sends a ping, and answers one, behind the whole of a large message that is still leaving', async () => {
    const socket = await connect();
    const { webSocket, tls } = await server.accepted();
    const seen: unknown[] = [];
    webSocket.on('message', (bytes: Buffer) => seen.push(bytes.length));
    webSocket.on('ping', () => seen.push('ping'));
    const size = 4 * 1024 * 1024;
    tls.pause();
    socket.send('x'.repeat(size));
    socket.ping();
    const pinged = until(socket.activity$.pipe(filter((activity) => activity === 'ping')));
    webSocket.ping();
    await pinged;
    const ponged = once(webSocket, 'pong');
    tls.resume();
    await ponged;
    expect(seen).to.deep.equal([size, 'ping']);
  });

  it('tells how much is unsent, and when that has drained', async () => {
    const socket = await connect();
    const { tls } = await server.accepted();
    expect(socket.bufferedAmount).to.equal(0);
    tls.pause();
    const drained = until(socket.drain$);
    const frame = 'x'.repeat(1024 * 1024);
    while (socket.bufferedAmount < 4 * frame.length) socket.send(frame);
    tls.resume();
    await drained;
    expect(socket.bufferedAmount).to.be.below(4 * frame.length);
  });

  it('answers pings also while much is unsent, and no more than 1,000 of them', async () => {
    const socket = await connect();
    const { webSocket, tls } = await server.accepted();
    const pinged = untilAll(1500, socket.activity$, (activity) => activity === 'ping');
    const frame = 'x'.repeat(1024 * 1024);
    tls.pause();
    while (socket.bufferedAmount < 4 * frame.length) socket.send(frame);
    for (let n = 0; n < 1500; n++) webSocket.ping();
    await pinged;

    let pongs = 0;
    webSocket.on('pong', () => pongs++);
    const last = new Promise<void>((resolve) => {
      webSocket.on('message', (bytes: Buffer) => {
        if (bytes.toString() === 'last') resolve();
      });
    });
    socket.send('last');
    tls.resume();
    await last;
    expect(pongs).to.equal(1000);
  });

  it('shows a pong as activity', async () => {
    const socket = await connect();
    const { webSocket } = await server.accepted();
    webSocket.on('ping', () => {
      webSocket.pong();
    });
    const activity = untilAll(2, socket.activity$);
    socket.ping();
    expect(await activity).to.deep.equal(['pong', 'bytes']);
  });

  it('reads nothing while it is paused, and writes all the same', async () => {
    const socket = await connect();
    const { webSocket } = await server.accepted();
    const seen: string[] = [];
    socket.frame$.subscribe({ next: (frame) => seen.push(String(frame)), error: () => seen.push('error') });
    const pinged = until(socket.activity$);
    socket.pause?.();
    webSocket.send(Buffer.from('a'));
    webSocket.ping();
    for (const text of ['there', 'and back']) {
      const arrived = once(webSocket, 'message');
      socket.send(text);
      await arrived;
      await new Promise(setImmediate);
    }
    expect(seen).to.deep.equal([]);
    const pong = once(webSocket, 'pong');
    socket.resume?.();
    await Promise.all([pinged, pong]);
    expect(seen).to.deep.equal(['a']);
  });

  it('turns TCP keep-alive on', async () => {
    const setKeepAlive = spy(TcpSocket.prototype, 'setKeepAlive');
    try {
      await connect();
    } finally {
      setKeepAlive.restore();
    }
    expect(setKeepAlive.args).to.deep.include([true, 15_000]);
  });
});

describe('openSocket where it is not let in', () => {
  const refused = async (answer: string): Promise<UnitlinkError> => {
    await using server = await startSocketServer((tls) => tls.end(`HTTP/1.1 ${answer}\r\n\r\n`));
    return await failureOf(server.request);
  };

  it('fails with an UnauthorizedError at 401', async () => {
    const error = await refused('401 Unauthorized\r\nConnection: close');
    expect(error).to.be.an.instanceof(UnauthorizedError);
    expect(error).to.include({ code: 401 });
  });

  for (const status of [200, 400, 403, 404, 426, 500]) {
    it(`fails with a ConnectError at ${status}`, async () => {
      const error = await refused(`${status} No`);
      expect(error).to.be.an.instanceof(ConnectError).and.not.an.instanceof(UnauthorizedError);
      expect(error).to.include({ code: status, retryAfter: undefined });
    });
  }

  it('tells the Retry-After of a 503', async () => {
    expect(await refused('503 Busy\r\nRetry-After: 30')).to.include({ code: 503, retryAfter: 30_000 });
  });

  for (const status of [301, 302, 307, 308]) {
    it(`follows no HTTP ${status}`, async () => {
      await using target = await startSocketServer();
      const error = await refused(`${status} Elsewhere\r\nLocation: ${target.request.url}`);
      expect(error).to.include({ code: status });
      await until(openSocket(target.request));
      expect(await untilAll(1, target.accepted$)).to.have.length(1);
    });
  }

  it('fails at an answer that is no WebSocket upgrade', async () => {
    expect(await refused('101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade')).to.be.an.instanceof(
      ConnectError,
    );
  });

  it('fails at an answer that is no HTTP', async () => {
    await using server = await startSocketServer((tls) => tls.end('\0\0\0\0\r\n\r\n'));
    expect(await failureOf(server.request)).to.be.an.instanceof(ConnectError);
  });

  it('fails when the connection breaks off before the answer', async () => {
    await using server = await startSocketServer((tls) => tls.destroy());
    expect(await failureOf(server.request))
      .to.be.an.instanceof(ConnectError)
      .and.include({ code: 'ECONNRESET' });
  });

  it('tells the code of a refused connection and of an unknown name', async () => {
    await using server = await startSocketServer();
    expect(await failureOf({ ...server.request, url: 'wss://127.0.0.1:1/' })).to.include({ code: 'ECONNREFUSED' });
    const unknown = await failureOf({ ...server.request, url: 'wss://nowhere.invalid/' });
    expect(unknown).to.have.property('code').that.is.oneOf(['ENOTFOUND', 'EAI_AGAIN']);
  });

  it('trusts nobody but the CA it is given, whatever the environment says', async () => {
    await using server = await startSocketServer();
    const { ca } = await createAuthority();
    const before = process.env['NODE_TLS_REJECT_UNAUTHORIZED'];
    process.env['NODE_TLS_REJECT_UNAUTHORIZED'] = '0';
    try {
      const error = await failureOf({ ...server.request, credentials: { ...server.request.credentials, ca } });
      expect(error)
        .to.have.property('code')
        .that.matches(/SIGNATURE|SIGNED|ISSUER/);
    } finally {
      if (before === undefined) delete process.env['NODE_TLS_REJECT_UNAUTHORIZED'];
      else process.env['NODE_TLS_REJECT_UNAUTHORIZED'] = before;
    }
  });

  it('refuses a server whose certificate is made out to another name', async () => {
    await using server = await startTlsServer(undefined, { ipAddresses: ['127.0.0.2'] });
    const { origin, credentials } = server;
    const error = await failureOf({ url: origin.replace('https', 'wss'), token: '', credentials });
    expect(error).to.include({ code: 'ERR_TLS_CERT_ALTNAME_INVALID' });
  });

  it('gives the token away in no error', async () => {
    await using cloud = await startCloud();
    cloud.refuseUpgrades({ status: 500 });
    const { url, token, credentials } = cloud;
    const error = await failureOf({ url: `${url}?token=${token}`, token, credentials });
    expect(inspect(error, { depth: 10, showHidden: true })).not.to.contain(token);
  });

  it('is gone after the failure', async () => {
    await using server = await startSocketServer((tls) => tls.end('HTTP/1.1 503 Busy\r\n\r\n'));
    const gone = new Promise<void>((resolve) => void failureOf(server.request, { onGone: resolve }));
    await gone;
  });
});
