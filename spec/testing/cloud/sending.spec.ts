import { once } from 'node:events';
import { expect } from 'chai';
import { firstValueFrom } from 'rxjs';
import { WebSocket } from 'ws';
import { AckTimeoutError } from '../../../lib/errors.js';
import { CloudError } from '../../../lib/testing/cloud/error.js';
import type { ReceivedMessage } from '../../../lib/testing/cloud/events.js';
import { type Cloud, startCloud } from '../../../lib/testing/cloud/start-cloud.js';

const ackFrame = (txn: string): Buffer =>
  Buffer.from(
    JSON.stringify({
      header: { version: 7, systemId: 'unit-1', createdAt: '2026-03-02T08:15:30.120450Z', txn },
      data: { messageType: 'ack' },
    }),
  );

const nextMessage = async (webSocket: WebSocket): Promise<ReceivedMessage> => {
  const [bytes] = (await once(webSocket, 'message')) as [Buffer];
  return JSON.parse(bytes.toString()) as ReceivedMessage;
};

describe('messages of the cloud on loopback', () => {
  let cloud: Cloud;

  const connect = async (credentials: object = cloud.credentials): Promise<WebSocket> => {
    const webSocket = new WebSocket(cloud.url, {
      ...credentials,
      headers: { Authorization: `Bearer ${cloud.token}` },
    });
    await once(webSocket, 'open');
    return webSocket;
  };

  const failureOf = async (webSocket: WebSocket): Promise<Error> => {
    const [error] = (await once(webSocket, 'error')) as [Error];
    return error;
  };

  beforeEach(async () => {
    cloud = await startCloud();
  });

  afterEach(async () => {
    await cloud.stop();
  });

  it('wraps the data into an envelope for the unit', async () => {
    const webSocket = await connect();
    const received = nextMessage(webSocket);
    const txn = cloud.send({ messageType: 'updateState', state: 'x' });
    const { header, data } = await received;
    expect(header).to.include({ version: 7, systemId: 'unit-1', txn });
    expect(data).to.deep.equal({ messageType: 'updateState', state: 'x' });
  });

  it('takes a txn and a systemId', async () => {
    const webSocket = await connect();
    const received = nextMessage(webSocket);
    expect(cloud.send({}, { txn: 't-9', systemId: 'unit-7' })).to.equal('t-9');
    expect((await received).header).to.include({ txn: 't-9', systemId: 'unit-7' });
  });

  it('reaches one unit of several, or all', async () => {
    const other = await connect(await cloud.issueCredentials({ commonName: 'unit-2' }));
    const received = [nextMessage(await connect()), nextMessage(other)];
    cloud.send({ messageType: 'a' }, { to: 'unit-2' });
    cloud.send({ messageType: 'b' });
    expect((await Promise.all(received)).map(({ data }) => data.messageType)).to.deep.equal(['b', 'a']);
  });

  it('says so when no unit is connected', () => {
    expect(() => cloud.send({})).to.throw(CloudError, 'no unit is connected');
  });

  it('sendAndWait gives the txn once the unit acknowledged', async () => {
    const webSocket = await connect();
    const acked = firstValueFrom(cloud.ack$, { defaultValue: undefined });
    webSocket.once('message', (bytes: Buffer) => {
      const { header } = JSON.parse(bytes.toString()) as ReceivedMessage;
      webSocket.send(ackFrame('another'));
      webSocket.send(ackFrame(header.txn));
    });
    const txn = await cloud.sendAndWait({ messageType: 'desiredStatus' });
    expect(await acked).to.equal('another');
    expect(txn).to.be.a('string').and.not.equal('another');
  });

  it('sendAndWait fails when no ack comes, and when the cloud is stopped', async () => {
    await connect();
    const late = await cloud.sendAndWait({}, 1).catch((error: unknown) => error);
    expect(late).to.be.instanceOf(AckTimeoutError);
    const waiting = cloud.sendAndWait({}).catch((error: unknown) => error);
    await cloud.stop();
    expect(await waiting).to.be.instanceOf(CloudError);
  });

  it('sendFrame sends anything, binary or text', async () => {
    const webSocket = await connect();
    for (const binary of [true, false]) {
      const received = once(webSocket, 'message') as Promise<[Buffer, boolean]>;
      cloud.sendFrame('{"garbage', { binary });
      const [bytes, isBinary] = await received;
      expect([bytes.toString(), isBinary]).to.deep.equal(['{"garbage', binary]);
    }
  });

  it('sendBytes breaks the framing', async () => {
    const webSocket = await connect();
    const failed = failureOf(webSocket);
    cloud.sendBytes(Buffer.from([0xff, 0xff]));
    expect((await failed).message).to.contain('Invalid WebSocket frame');
  });
});
