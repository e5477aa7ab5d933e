import { once } from 'node:events';
import { request } from 'node:https';
import { createServer, type Socket } from 'node:net';
import { expect } from 'chai';
import { filter, firstValueFrom } from 'rxjs';
import { WebSocket } from 'ws';
import type { CloudEvent, ReceivedMessage } from '../../../lib/testing/cloud/events.js';
import { type Cloud, startCloud } from '../../../lib/testing/cloud/start-cloud.js';

const frame = (txn: string): Buffer =>
  Buffer.from(
    JSON.stringify({ header: { version: 7, systemId: 'unit-1', createdAt: '', txn }, data: { messageType: 'alerts' } }),
  );

describe('broken links of the cloud on loopback', () => {
  let cloud: Cloud;

  /** The TCP and TLS events of a client, to tell a reset from an end of stream. */
  const dial = (url = cloud.url): { readonly webSocket: WebSocket; readonly seen: string[] } => {
    const seen: string[] = [];
    const webSocket = new WebSocket(url, {
      ...cloud.credentials,
      headers: { Authorization: `Bearer ${cloud.token}` },
    });
    webSocket.once('upgrade', ({ socket }: { socket: Socket }) => {
      socket.on('end', () => seen.push('end')).on('error', (error) => seen.push(error.message));
    });
    return { webSocket, seen };
  };

  const connect = async (): Promise<ReturnType<typeof dial>> => {
    const dialled = dial();
    await once(dialled.webSocket, 'open');
    return dialled;
  };

  const closeOf = async (webSocket: WebSocket): Promise<[number, string]> => {
    const [code, reason] = (await once(webSocket, 'close')) as [number, Buffer];
    return [code, reason.toString()];
  };

  const ackOf = async (webSocket: WebSocket, txn: string): Promise<string> => {
    webSocket.send(frame(txn));
    const [bytes] = (await once(webSocket, 'message')) as [Buffer];
    return (JSON.parse(bytes.toString()) as ReceivedMessage).header.txn;
  };

  const nextEvent = (kind: CloudEvent['kind']): Promise<CloudEvent | undefined> =>
    firstValueFrom(cloud.event$.pipe(filter((event) => event.kind === kind)), { defaultValue: undefined });

  const codeOf = (failing: WebSocket | ReturnType<typeof request>): Promise<unknown> =>
    once(failing, 'error').then(([error]) => (error as NodeJS.ErrnoException).code);

  beforeEach(async () => {
    cloud = await startCloud();
  });

  afterEach(async () => {
    await cloud.stop();
  });

  it('closeSessions sends a close frame to every session', async () => {
    const closed = [closeOf((await connect()).webSocket), closeOf((await connect()).webSocket)];
    const told = nextEvent('closed');
    cloud.closeSessions(1012, 'restart');
    expect(await Promise.all(closed)).to.deep.equal([
      [1012, 'restart'],
      [1012, 'restart'],
    ]);
    expect(await told).to.include({ session: 1, code: 1012 });
  });

  it('closeSessions says 1001 by default', async () => {
    const closed = closeOf((await connect()).webSocket);
    cloud.closeSessions();
    expect(await closed).to.deep.equal([1001, '']);
  });

  it('resetSessions ends with a TCP reset', async () => {
    const { webSocket, seen } = await connect();
    const closed = closeOf(webSocket);
    cloud.resetSessions();
    expect(await closed).to.deep.equal([1006, '']);
    expect(seen).to.deep.equal(['read ECONNRESET']);
  });

  it('dropSessions ends the stream without a close frame', async () => {
    const { webSocket, seen } = await connect();
    const closed = closeOf(webSocket);
    const told = nextEvent('closed');
    cloud.dropSessions();
    expect(await closed).to.deep.equal([1006, '']);
    expect(seen).to.deep.equal(['end']);
    expect(await told).to.include({ code: 1006 });
  });

  describe('silence', () => {
    it('leaves the link up and answers nothing until resume', async () => {
      const { webSocket } = await connect();
      const heard: string[] = [];
      webSocket.on('message', () => heard.push('message')).on('pong', () => heard.push('pong'));
      cloud.silence();
      webSocket.ping('still there?');
      const late = ackOf(webSocket, 'held');
      expect(await ackOf((await connect()).webSocket, 'other')).to.equal('other');
      expect([heard, webSocket.readyState, cloud.counts.sessions]).to.deep.equal([[], WebSocket.OPEN, 2]);
      cloud.resume();
      expect(await late).to.equal('held');
      expect(heard).to.deep.equal(['pong', 'message']);
    });

    it('holds back what one read brought in together with the message it began at', async () => {
      const { webSocket } = await connect();
      const first = nextEvent('message').then(() => {
        webSocket.send(frame('t-3'));
      });
      cloud.message$.subscribe({
        next: ({ header }) => {
          if (header.txn === 't-1') cloud.silence();
        },
        error: (error: unknown) => expect.fail(String(error)),
      });
      const acked = once(webSocket, 'message') as Promise<[Buffer]>;
      webSocket.send(frame('t-1'));
      webSocket.send(frame('t-2'));
      await first;
      expect(await ackOf((await connect()).webSocket, 'other')).to.equal('other');
      expect(cloud.counts).to.include({ received: 2, acked: 1 });
      cloud.resume();
      const [bytes] = await acked;
      expect(bytes.toString()).to.contain('"t-2"');
    });

    it('sends no pings', async () => {
      await using pinging = await startCloud({ authority: cloud.authority, token: cloud.token, pingInterval: 2 });
      const silenced = dial(pinging.url).webSocket;
      await once(silenced, 'ping');
      pinging.silence();
      let pings = 0;
      const other = dial(pinging.url).webSocket;
      await once(other, 'open');
      silenced.on('ping', () => pings++);
      for (let n = 0; n < 3; n++) await once(other, 'ping');
      expect(pings).to.equal(0);
    });

    it('ends by itself after its duration', async () => {
      const { webSocket } = await connect();
      cloud.silence(10);
      expect(await ackOf(webSocket, 'held')).to.equal('held');
    });

    it('finds out on resume that the unit went away', async () => {
      const { webSocket } = await connect();
      const told = nextEvent('closed');
      cloud.silence();
      webSocket.terminate();
      await once(webSocket, 'close');
      expect(cloud.counts.sessions).to.equal(1);
      cloud.resume();
      expect(await told).to.include({ code: 1006 });
    });

    it('does not keep the cloud from stopping', async () => {
      const closed = closeOf((await connect()).webSocket);
      cloud.silence();
      await cloud.stop();
      expect(await closed).to.deep.equal([1006, '']);
    });
  });

  describe('stopReading', () => {
    it('reads and answers nothing until resume, and pings on', async () => {
      await using pinging = await startCloud({ authority: cloud.authority, token: cloud.token, pingInterval: 2 });
      const { webSocket } = dial(pinging.url);
      await once(webSocket, 'open');
      const heard: string[] = [];
      webSocket.on('message', () => heard.push('message')).on('pong', () => heard.push('pong'));
      pinging.stopReading();
      webSocket.ping('still there?');
      const late = ackOf(webSocket, 'held');
      for (let n = 0; n < 3; n++) await once(webSocket, 'ping');
      expect(heard).to.deep.equal([]);
      pinging.resume();
      expect(await late).to.equal('held');
      expect(heard).to.deep.equal(['pong', 'message']);
    });

    it('ends by itself after its duration', async () => {
      const { webSocket } = await connect();
      cloud.stopReading(10);
      expect(await ackOf(webSocket, 'held')).to.equal('held');
    });
  });

  describe('outage', () => {
    it('resets every session and refuses connections on both ports', async () => {
      const { webSocket, seen } = await connect();
      const closed = closeOf(webSocket);
      await cloud.outage();
      await closed;
      expect(seen).to.deep.equal(['read ECONNRESET']);
      expect(await codeOf(dial().webSocket)).to.equal('ECONNREFUSED');
      expect(await codeOf(request(cloud.discoveryUrl).end())).to.equal('ECONNREFUSED');
      expect(cloud.counts.sessions).to.equal(0);
    });

    it('is over with restore, on the same ports', async () => {
      await cloud.outage();
      await cloud.restore();
      expect(await ackOf((await connect()).webSocket, 't-1')).to.equal('t-1');
    });

    it('is over by itself after its duration', async () => {
      const restored = nextEvent('restored');
      await cloud.outage(5);
      await restored;
      expect(await ackOf((await connect()).webSocket, 't-1')).to.equal('t-1');
    });

    it('tells when a port is taken at its end, and restore tries again', async () => {
      const failed = nextEvent('restoreFailed');
      const squatter = createServer();
      await cloud.outage();
      squatter.listen(Number(new URL(cloud.url).port), '127.0.0.1');
      await once(squatter, 'listening');
      await cloud.outage(1);
      expect(await failed)
        .to.have.property('reason')
        .that.contains('EADDRINUSE');
      squatter.close();
      await once(squatter, 'close');
      await cloud.restore();
      expect(await ackOf((await connect()).webSocket, 't-1')).to.equal('t-1');
    });

    it('can be repeated, and the cloud can be stopped in the middle of it', async () => {
      for (let n = 0; n < 3; n++) {
        await cloud.outage();
        await cloud.restore();
      }
      void cloud.outage();
      await cloud.stop();
      expect(await cloud.restore().catch((error: unknown) => error)).to.be.an('error');
      expect(await codeOf(dial().webSocket)).to.equal('ECONNREFUSED');
    });
  });
});
