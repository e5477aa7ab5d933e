import { once } from 'node:events';
import { inspect } from 'node:util';
import { expect } from 'chai';
import { ReplaySubject, Subscription } from 'rxjs';
import { ConnectError, ConnectionClosedError, ConnectionLostError } from '../../lib/errors.js';
import { nodeTransport } from '../../lib/transport/node-transport.js';
import { openSocket, type OpenSocketOptions } from '../../lib/transport/open-socket.js';
import type { Socket } from '../../lib/transport/types.js';
import { until } from '../support/until.js';
import { startSocketServer, type Accepted, type SocketServer } from '../support/web-socket-server.js';

describe('the end of an open socket', () => {
  let server: SocketServer;
  let open: Subscription;

  /** An open socket, the server's end of it, and what it ends with. */
  const connect = async (options?: OpenSocketOptions) => {
    const socket$ = new ReplaySubject<Socket>(1);
    let onGone = (): void => undefined;
    const gone = new Promise<void>((resolve) => (onGone = resolve));
    const end = new Promise<unknown>((resolve) => {
      open.add(
        openSocket(server.request, { onGone, ...options }).subscribe({
          next: (socket) => {
            socket$.next(socket);
          },
          error: resolve,
          complete: () => {
            resolve('completion');
          },
        }),
      );
    });
    const [socket, accepted] = await Promise.all([until(socket$), server.accepted()]);
    return { socket, ...accepted, end, gone };
  };
  const codeAtServer = async ({ webSocket }: Accepted): Promise<number> => {
    const [code] = (await once(webSocket, 'close')) as [number];
    return code;
  };

  beforeEach(async () => {
    server = await startSocketServer();
    open = new Subscription();
  });

  afterEach(async () => {
    open.unsubscribe();
    await server[Symbol.asyncDispose]();
  });

  for (const [code, reason] of [
    [1000, ''],
    [1001, 'restart'],
    [1008, 'policy'],
    [1011, ''],
    [1012, ''],
    [1013, 'later'],
    [4000, 'of our own'],
  ] as const) {
    it(`is a ConnectionClosedError at a close frame with ${code}`, async () => {
      const { webSocket, end } = await connect();
      webSocket.close(code, reason);
      expect(await end)
        .to.be.an.instanceof(ConnectionClosedError)
        .and.include({ code, reason });
    });
  }

  it('says the reason of the cloud without the token in it', async () => {
    const { webSocket, end } = await connect();
    webSocket.close(1008, `what came, ${server.request.token}, is used up`);
    expect(await end).to.have.property('reason', 'what came, ***, is used up');
  });

  it('is a ConnectionClosedError with 1005 at a close frame without code', async () => {
    const { webSocket, end } = await connect();
    webSocket.close();
    expect(await end)
      .to.be.an.instanceof(ConnectionClosedError)
      .and.include({ code: 1005, reason: '' });
  });

  it('answers a close frame', async () => {
    const { webSocket, ...accepted } = await connect();
    webSocket.close(1001);
    expect(await codeAtServer({ webSocket, ...accepted })).to.equal(1001);
  });

  it('is a ConnectionLostError with 1006 where the stream ends without a close frame', async () => {
    const { tls, end } = await connect();
    tls.end();
    expect(await end)
      .to.be.an.instanceof(ConnectionLostError)
      .and.include({ code: 1006 });
  });

  it('is a ConnectionLostError with 1006 where a close frame is cut off', async () => {
    const { tls, end } = await connect();
    tls.end(Buffer.from([0x88, 0x02, 0x03]));
    expect(await end)
      .to.be.an.instanceof(ConnectionLostError)
      .and.include({ code: 1006 });
  });

  for (const [title, bytes, code, status] of [
    ['with an unknown opcode', [0x83, 0x00], 'WS_ERR_INVALID_OPCODE', 1002],
    ['that is compressed', [0xc2, 0x00], 'WS_ERR_UNEXPECTED_RSV_1', 1002],
    ['that is masked', [0x82, 0x81, 1, 2, 3, 4, 5], 'WS_ERR_UNEXPECTED_MASK', 1002],
    ['of a ping that is too long', [0x89, 0x7e, 0x00, 0x80], 'WS_ERR_INVALID_CONTROL_PAYLOAD_LENGTH', 1002],
    ['of a ping in pieces', [0x09, 0x00], 'WS_ERR_EXPECTED_FIN', 1002],
    ['that goes on with nothing', [0x80, 0x00], 'WS_ERR_INVALID_OPCODE', 1002],
    ['of text that is not UTF-8', [0x81, 0x01, 0xff], 'WS_ERR_INVALID_UTF8', 1007],
    ['of 2^60 bytes', [0x82, 0x7f, 0x10, 0, 0, 0, 0, 0, 0, 0], 'WS_ERR_UNSUPPORTED_DATA_PAYLOAD_LENGTH', 1009],
    ['of 50 MB', [0x82, 0x7f, 0, 0, 0, 0, 0x02, 0xfa, 0xf0, 0x80], 'WS_ERR_UNSUPPORTED_MESSAGE_LENGTH', 1009],
    ['of 4 MiB and a byte', [0x82, 0x7f, 0, 0, 0, 0, 0, 0x40, 0, 1], 'WS_ERR_UNSUPPORTED_MESSAGE_LENGTH', 1009],
    ['with an invalid close code', [0x88, 0x02, 0x03, 0xed], 'WS_ERR_INVALID_CLOSE_CODE', 1002],
  ] as const) {
    it(`is a ConnectionLostError at a frame ${title}, which the cloud is told with ${status}`, async () => {
      const { tls, end, ...accepted } = await connect();
      const told = codeAtServer({ tls, ...accepted });
      tls.write(Buffer.from(bytes));
      expect(await end)
        .to.be.an.instanceof(ConnectionLostError)
        .and.include({ code });
      expect(await told).to.equal(status);
    });
  }

  it('is a ConnectionLostError where the pieces of a message are too much together', async () => {
    const { webSocket, end } = await connect({ maxPayload: 1024 });
    webSocket.send(Buffer.alloc(1000), { fin: false });
    webSocket.send(Buffer.alloc(1000), { fin: true });
    expect(await end)
      .to.be.an.instanceof(ConnectionLostError)
      .and.include({ code: 'WS_ERR_UNSUPPORTED_MESSAGE_LENGTH' });
  });

  it('is a ConnectionLostError where no write is taken for the send timeout', async () => {
    const { socket, tls, end } = await connect({ sendTimeout: 200 });
    tls.pause();
    const frame = 'x'.repeat(1024 * 1024);
    for (let n = 0; n < 40; n++) socket.send(frame);
    expect(await end)
      .to.be.an.instanceof(ConnectionLostError)
      .and.include({ code: 'ESENDTIMEOUT' });
  });

  it('leaves nothing behind, and later calls do no harm', async () => {
    const { socket, webSocket, end, gone } = await connect();
    webSocket.terminate();
    await end;
    await gone;
    socket.send('lost');
    socket.ping();
    socket.abandon();
    expect(await end).to.be.an.instanceof(ConnectionLostError);
  });
});

describe('unsubscribing an open socket', () => {
  let server: SocketServer;

  beforeEach(async () => {
    server = await startSocketServer();
  });

  afterEach(async () => {
    await server[Symbol.asyncDispose]();
  });

  const connect = async () => {
    const transport = nodeTransport();
    const socket$ = new ReplaySubject<Socket>(1);
    const subscription = transport.openSocket(server.request).subscribe(socket$);
    const [socket, accepted] = await Promise.all([until(socket$), server.accepted()]);
    return { ...accepted, socket, subscription, idle: () => until(transport.idle$) };
  };

  it('closes it with 1000', async () => {
    const { webSocket, subscription, idle } = await connect();
    const closed = once(webSocket, 'close') as Promise<[number]>;
    subscription.unsubscribe();
    expect((await closed)[0]).to.equal(1000);
    await idle();
  });

  it('sends before it what was written', async () => {
    const { webSocket, socket, subscription } = await connect();
    const received: string[] = [];
    webSocket.on('message', (bytes: Buffer) => received.push(bytes.toString()));
    const closed = once(webSocket, 'close');
    for (let n = 0; n < 100; n++) socket.send(`${n}`);
    subscription.unsubscribe();
    await closed;
    expect(received).to.have.length(100);
  });

  it('cuts it off where the other side does not answer', async () => {
    const { webSocket, tls, subscription, idle } = await connect();
    tls.pause();
    webSocket.pause();
    subscription.unsubscribe();
    await idle();
    expect(tls.destroyed).to.equal(false);
  });

  it('cuts it off at once when it was abandoned', async () => {
    const { tls, socket, subscription, idle } = await connect();
    tls.pause();
    let gone = false;
    const waiting = idle().then(() => (gone = true));
    socket.abandon();
    for (let turn = 0; turn < 20; turn++) await new Promise(setImmediate);
    expect(gone).to.equal(true);
    subscription.unsubscribe();
    await waiting;
  });

  it('ends an upgrade that is under way', async () => {
    let asked: (value: unknown) => void;
    const arrived = new Promise((resolve) => (asked = resolve));
    await using hanging = await startSocketServer((tls) => {
      asked(tls);
    });
    const transport = nodeTransport();
    const failed: unknown[] = [];
    const subscription = transport
      .openSocket(hanging.request)
      .subscribe({ error: (error: unknown) => failed.push(error) });
    await arrived;
    subscription.unsubscribe();
    await until(transport.idle$);
    expect(failed).to.deep.equal([]);
  });

  it('is idle where no socket could be made of what it was given', async () => {
    const transport = nodeTransport();
    const { url, token, credentials } = server.request;
    for (const request of [
      { url, credentials, token: 'secret\n' },
      { url: `${url}?secret#fragment`, credentials, token },
      { url: url.replace('wss', 'gopher'), credentials, token },
      { url, credentials: { ...credentials, key: 'secret' }, token },
    ]) {
      const error = await until(transport.openSocket(request)).then(
        () => undefined,
        (reason: unknown) => reason,
      );
      expect(error).to.be.an.instanceOf(ConnectError);
      expect(inspect(error)).not.to.contain('secret');
      await until(transport.idle$);
    }
  });

  it('is idle from the start, and not while a socket is open', async () => {
    const transport = nodeTransport();
    await until(transport.idle$);
    const { idle, subscription } = await connect();
    let settled = false;
    const waiting = idle().then(() => (settled = true));
    await new Promise(setImmediate);
    expect(settled).to.equal(false);
    subscription.unsubscribe();
    await waiting;
  });
});
