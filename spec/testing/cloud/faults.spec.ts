import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { connect as connectTls, type TLSSocket } from 'node:tls';
import { expect } from 'chai';
import { filter, firstValueFrom, take, toArray } from 'rxjs';
import { WebSocket } from 'ws';
import type { CloudEvent, ReceivedMessage } from '../../../lib/testing/cloud/events.js';
import { type Cloud, startCloud } from '../../../lib/testing/cloud/start-cloud.js';

const frame = (txn: string): Buffer =>
  Buffer.from(
    JSON.stringify({ header: { version: 7, systemId: 'unit-1', createdAt: '', txn }, data: { messageType: 'alerts' } }),
  );

describe('faults of the cloud on loopback', () => {
  let cloud: Cloud;

  const dial = (token = cloud.token): WebSocket =>
    new WebSocket(cloud.url, { ...cloud.credentials, headers: { Authorization: `Bearer ${token}` } });

  const connect = async (): Promise<WebSocket> => {
    const webSocket = dial();
    await once(webSocket, 'open');
    return webSocket;
  };

  const outcome = async (webSocket: WebSocket): Promise<string> => {
    const failed = once(webSocket, 'error').then(([error]) => (error as Error).message);
    return Promise.race([failed, once(webSocket, 'open').then(() => 'open')]);
  };

  // Below ws, to see what is really on the wire.
  const upgradeByHand = (): TLSSocket => {
    const { ca, cert, key } = cloud.credentials;
    const { hostname: host, port } = new URL(cloud.url);
    const socket = connectTls({ host, port: Number(port), ca, cert, key }).on('error', () => undefined);
    const headers = [
      `Host: ${host}`,
      'Connection: Upgrade',
      'Upgrade: websocket',
      'Sec-WebSocket-Version: 13',
      `Sec-WebSocket-Key: ${randomBytes(16).toString('base64')}`,
      `Authorization: Bearer ${cloud.token}`,
    ];
    socket.write(`GET /ws/v7/ HTTP/1.1\r\n${headers.join('\r\n')}\r\n\r\n`);
    return socket;
  };

  const nextEvent = (kind: CloudEvent['kind']): Promise<CloudEvent | undefined> =>
    firstValueFrom(cloud.event$.pipe(filter((event) => event.kind === kind)), { defaultValue: undefined });

  const answersTo = async (webSocket: WebSocket, txns: readonly string[]): Promise<unknown[]> => {
    const answers: unknown[] = [];
    webSocket.on('message', (bytes: Buffer) => answers.push((JSON.parse(bytes.toString()) as ReceivedMessage).data));
    const last = txns.at(-1) ?? '';
    const done = new Promise<void>((resolve) => {
      webSocket.on('message', (bytes: Buffer) => {
        if (bytes.includes(`"${last}"`)) resolve();
      });
    });
    for (const txn of txns) webSocket.send(frame(txn));
    await done;
    return answers;
  };

  beforeEach(async () => {
    cloud = await startCloud();
  });

  afterEach(async () => {
    await cloud.stop();
  });

  it('refuseUpgrades answers with a status, as often as asked, then no more', async () => {
    cloud.refuseUpgrades({ times: 2 });
    cloud.refuseUpgrades({ status: 503 });
    const outcomes = [];
    for (let n = 0; n < 4; n++) outcomes.push(await outcome(dial()));
    const refused = (status: number): string => `Unexpected server response: ${status}`;
    expect(outcomes).to.deep.equal([refused(401), refused(401), refused(503), 'open']);
    expect(cloud.counts).to.include({ refused: 3, upgrades: 1 });
  });

  it('refuseUpgrades gives headers along', async () => {
    cloud.refuseUpgrades({ status: 503, headers: { 'Retry-After': '7' } });
    const [head] = (await once(upgradeByHand(), 'data')) as [Buffer];
    expect(head.toString()).to.match(/^HTTP\/1.1 503 Service Unavailable\r\n[^]*Retry-After: 7\r\n/);
  });

  it('expireToken refuses the old token, and the sessions go on', async () => {
    const webSocket = await connect();
    const old = cloud.token;
    cloud.expireToken();
    expect(await outcome(dial(old))).to.contain('401');
    expect(await outcome(dial())).to.equal('open');
    expect(await answersTo(webSocket, ['t-1'])).to.deep.equal([{ messageType: 'ack' }]);
  });

  it('nack and dropAcks apply to the next messages, in the order of the calls', async () => {
    cloud.nack({ retryAfter: 300 });
    cloud.nack();
    cloud.dropAcks(2);
    const answers = await answersTo(await connect(), ['t-1', 't-2', 't-3', 't-4', 't-5']);
    expect(answers).to.deep.equal([
      { messageType: 'nack', retryAfter: 300 },
      { messageType: 'nack' },
      { messageType: 'ack' },
    ]);
    expect(cloud.counts).to.include({ received: 5, acked: 1 });
  });

  it('acceptThenClose accepts, closes with the code, and accepts the next for good', async () => {
    cloud.acceptThenClose(1, 1013);
    const webSocket = dial();
    const opened = once(webSocket, 'open');
    const [code] = (await once(webSocket, 'close')) as [number];
    await opened;
    expect(code).to.equal(1013);
    expect(await answersTo(await connect(), ['t-1'])).to.have.length(1);
  });

  it('dripUpgrade sends the 101 byte by byte, and the session works after that', async () => {
    cloud.dripUpgrade(2, 1);
    const sizes: number[] = [];
    const socket = upgradeByHand();
    let head = '';
    for await (const bytes of socket as AsyncIterable<Buffer>) {
      sizes.push(bytes.length);
      head += bytes.toString();
      if (head.endsWith('\r\n\r\n')) break;
    }
    expect(head).to.match(/^HTTP\/1.1 101 /);
    expect(Math.max(...sizes)).to.be.at.most(8);
    expect(await answersTo(await connect(), ['t-1'])).to.deep.equal([{ messageType: 'ack' }]);
  });

  it('dripUpgrade ends with the client that does not wait for it', async () => {
    cloud.dripUpgrade(1, 5);
    const closed = nextEvent('closed');
    const socket = upgradeByHand();
    await once(socket, 'data');
    socket.destroy();
    expect(await closed).to.include({ code: 1006 });
  });

  it('ping sends many pings in one write', async () => {
    const socket = upgradeByHand();
    await once(socket, 'data');
    const received = once(socket, 'data') as Promise<[Buffer]>;
    cloud.ping(70);
    const [bytes] = await received;
    expect(bytes.filter((byte) => byte === 0x89)).to.have.length(70);
  });

  it('hears the pongs to its pings', async () => {
    await connect();
    const pongs = firstValueFrom(
      cloud.event$.pipe(
        filter((event) => event.kind === 'pong'),
        take(2),
        toArray(),
      ),
      { defaultValue: [] },
    );
    cloud.ping(2);
    expect((await pongs).map((event) => 'payload' in event && event.payload)).to.deep.equal(['1', '2']);
  });
});
